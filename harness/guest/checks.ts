// SPDX-License-Identifier: MIT
import type { LaneName } from '../model/results.ts'

/** A state of the kernel that the guest compares: what it is called in records, and the title of a finding. */
export interface StateCheck {
  readonly kind: string
  readonly title: string
  /** The unit or the things that the numbers count. */
  readonly words: string
  /** What it can have to be: the guest says which. */
  readonly expected: readonly number[]
  /** Without this feature of the kernel the guest cannot compare it, and says so. */
  readonly needs?: string
}

/** Every state that guests compare, by its name in their records. */
export const STATE_CHECKS = {
  'swap-cache-kib': {
    kind: 'swap-cache',
    title: 'pages are left in the swap cache',
    words: 'KiB of SwapCached after the drain',
    expected: [0],
    needs: 'memory cgroup',
  },
  'zswap-pools': {
    kind: 'pool-leak',
    title: 'a pool of zswap is left that is not the current one',
    words: "zswap's pools in debugfs zsmalloc/, after the drain and a change of the pool",
    expected: [0, 1],
  },
  'forbidden-writeback': {
    kind: 'policy',
    title: 'zswap wrote pages back that a cgroup forbids to write back',
    words: 'zswpwb where memory.zswap.writeback is 0 in the cgroup or its parent',
    expected: [0],
  },
  'zswap-over-limit': {
    kind: 'policy',
    title: 'zswap holds more than a cgroup allows',
    words: "what a child stored above its parent's memory.zswap.max",
    expected: [0],
  },
  'zram-busy': {
    kind: 'still-claimed',
    title: 'a zram disk that nobody has open is busy',
    words: 'answers of EBUSY',
    expected: [0],
  },
} as const satisfies Readonly<Record<string, StateCheck>>

export type StateCheckName = keyof typeof STATE_CHECKS

export const STATE_CHECK_NAMES = Object.keys(STATE_CHECKS) as readonly StateCheckName[] as [
  StateCheckName,
  ...StateCheckName[],
]

const OF_LANE: Readonly<Partial<Record<LaneName, readonly StateCheckName[]>>> = {
  policy: ['forbidden-writeback', 'zswap-over-limit'],
  switch: ['zswap-pools'],
  control: ['zram-busy'],
}

/** The states that a lane of the guest's own must compare. */
export const checksOf = (lane: LaneName): readonly StateCheckName[] =>
  lane === 'workload' ? [] : ['swap-cache-kib', ...(OF_LANE[lane] ?? [])]
