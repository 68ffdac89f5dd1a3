// SPDX-License-Identifier: MIT

/** Every architecture, in the order of reports. Append new ones: a shard depends on the position. */
export const ARCHS = ['x86_64', 'arm64'] as const
export const LEGS = ['before', 'after'] as const
/** Every optional code check. */
export const CHECKS = ['w1', 'sparse', 'checkpatch'] as const
/** Whether the guest holds CPUs: at points that are named, at points that it looks for, or nowhere. */
export const AMPLIFY = ['given', 'auto', 'off'] as const
export type Amplify = (typeof AMPLIFY)[number]
/** The lanes of the guest's own, in the order of a boot. */
export const OWN_LANES = [
  'race',
  'pump',
  'restore',
  'classes',
  'cgroup',
  'shrinker',
  'swapoff',
  'redirty',
  'reuse',
  'policy',
  'switch',
  'zram',
  'shared',
  'control',
  'kswapd',
  'hotplug',
  'enable',
] as const
/** Every lane. That of the user's programs comes last: what they leave behind must not disturb the others. */
export const LANES = [...OWN_LANES, 'workload'] as const
