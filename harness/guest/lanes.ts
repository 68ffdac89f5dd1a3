// SPDX-License-Identifier: MIT
import type { Evidence, LaneName } from '../model/results.ts'

/** One workload of the guest, as the host sees it. */
export interface Lane {
  readonly name: LaneName
  readonly seconds: number
  /** Options that a kernel must have for the lane to make sense on it. */
  readonly needs: readonly string[]
  readonly excludes: readonly string[]
  /** Whether the bug under test can show in it. */
  readonly meetsBug: boolean
  /** What must have happened for a clean run to mean something; answers what is missing. */
  readonly missing: (evidence: Evidence, amplified: boolean) => string | undefined
}

const ZSWAP = ['CONFIG_ZSWAP', 'CONFIG_ZPOOL']
const needsWriteback = (evidence: Evidence): string | undefined =>
  evidence.writtenBackPages > 0 ? undefined : 'zswap wrote no page back'

/** Every lane, in the order of a boot: the race first, where a buggy kernel dies soonest. */
export const lanes: readonly Lane[] = [
  {
    name: 'race',
    seconds: 10,
    needs: ZSWAP,
    excludes: [],
    meetsBug: true,
    // A held window whose page is freed leaves nothing to write back: there the hits are the evidence.
    missing: (evidence, amplified) => {
      if (!amplified) return needsWriteback(evidence)
      return evidence.hits > 0 ? undefined : 'no free fell into an eviction window'
    },
  },
  { name: 'pump', seconds: 8, needs: ZSWAP, excludes: [], meetsBug: true, missing: needsWriteback },
  {
    name: 'restore',
    seconds: 8,
    needs: ZSWAP,
    excludes: [],
    meetsBug: true,
    missing: (evidence, amplified) =>
      needsWriteback(evidence) ?? (amplified && evidence.failedEvictions === 0 ? 'no eviction failed' : undefined),
  },
  { name: 'classes', seconds: 8, needs: ZSWAP, excludes: [], meetsBug: true, missing: needsWriteback },
  {
    name: 'zram',
    seconds: 5,
    needs: ['CONFIG_ZRAM'],
    excludes: ['CONFIG_ZSWAP'],
    meetsBug: false,
    missing: ({ pagesVerified }) => (pagesVerified > 0 ? undefined : 'no page came back from zram'),
  },
]

/** The lanes that a kernel with these options can run, of those asked for; all when none is. */
export const lanesFor = (options: ReadonlySet<string>, asked: readonly LaneName[]): readonly Lane[] =>
  lanes.filter(
    (lane) =>
      (asked.length === 0 || asked.includes(lane.name)) &&
      lane.needs.every((name) => options.has(name)) &&
      !lane.excludes.some((name) => options.has(name)),
  )
