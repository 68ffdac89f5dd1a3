// SPDX-License-Identifier: MIT

/** Every architecture, in the order of reports. Append new ones: a shard depends on the position. */
export const ARCHS = ['x86_64', 'arm64'] as const
export const LEGS = ['before', 'after'] as const
/** Every optional code check. */
export const CHECKS = ['w1', 'sparse', 'checkpatch'] as const
/** Every lane, in the order of a boot. */
export const LANES = ['race', 'pump', 'restore', 'classes', 'cgroup', 'shrinker', 'swapoff', 'zram'] as const
