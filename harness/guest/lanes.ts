// SPDX-License-Identifier: MIT
import { type Evidence, type LaneName, laneName } from '../model/results.ts'

/** One workload of the guest, as the host sees it. The program is guest/lanes/NAME.c. */
export interface Lane {
  readonly name: LaneName
  /** How long it runs unless --duration says otherwise. */
  readonly seconds: number
  /** Kernel options that it needs; without them it does not run. */
  readonly needs: readonly string[]
  /** Kernel options with which it does not run. */
  readonly excludes: readonly string[]
  /** Whether the bug under test can show in it. */
  readonly meetsBug: boolean
  /** Whether the race module opens windows in it. */
  readonly opensWindows: boolean
  /** Returns what is missing for a clean run to count; undefined when the lane did its work. */
  readonly missing: (evidence: Evidence, amplified: boolean) => string | undefined
}

const needsWriteback = (evidence: Evidence): string | undefined =>
  evidence.writtenBackPages > 0 ? undefined : 'zswap wrote no page back'

const ON_ZSWAP = {
  seconds: 8,
  needs: ['CONFIG_ZSWAP', 'CONFIG_ZPOOL'],
  excludes: [],
  meetsBug: true,
  opensWindows: false,
  missing: needsWriteback,
}

const LANES: Readonly<Record<LaneName, Omit<Lane, 'name'>>> = {
  race: {
    ...ON_ZSWAP,
    seconds: 10,
    opensWindows: true,
    // A page that is freed in a window is not written back, so with windows the hits are the evidence.
    missing: (evidence, amplified) => {
      if (!amplified) return needsWriteback(evidence)
      return evidence.hits > 0 ? undefined : 'no free fell into an eviction window'
    },
  },
  pump: ON_ZSWAP,
  restore: {
    ...ON_ZSWAP,
    missing: (evidence, amplified) =>
      needsWriteback(evidence) ?? (amplified && evidence.failedEvictions === 0 ? 'no eviction failed' : undefined),
  },
  classes: ON_ZSWAP,
  zram: {
    seconds: 5,
    needs: ['CONFIG_ZRAM'],
    excludes: ['CONFIG_ZSWAP'],
    meetsBug: false,
    opensWindows: false,
    missing: ({ pagesVerified }) => (pagesVerified > 0 ? undefined : 'no page came back from zram'),
  },
}

/** Every lane, in the order in which a boot runs them: race first, where a kernel with the bug crashes soonest. */
export const lanes: readonly Lane[] = laneName.options.map((name) => ({ name, ...LANES[name] }))

/** The lanes that a kernel with these options can run: of those asked for, or of all when none is asked for. */
export const lanesFor = (options: ReadonlySet<string>, asked: readonly LaneName[]): readonly Lane[] =>
  lanes.filter(
    (lane) =>
      (asked.length === 0 || asked.includes(lane.name)) &&
      lane.needs.every((name) => options.has(name)) &&
      !lane.excludes.some((name) => options.has(name)),
  )
