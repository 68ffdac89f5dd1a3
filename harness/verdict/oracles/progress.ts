// SPDX-License-Identifier: MIT
import { type GuestRecord, ofType } from '../../guest/records.ts'
import { findingOf, type Observation, type Oracle } from '../observation.ts'

type LaneEnd = Extract<GuestRecord, { t: 'laneEnd' }>

/**
 * So many stores that found the pool full are enough for a first page. Measured over lanes that ask, where each memory
 * cgroup has a list: at most 11 for each page, and 15 pages or more within the first second. With nothing written back, a
 * slow machine makes 800 in a lane.
 */
const ENOUGH = 500

const stores = ({ zswap }: LaneEnd): number =>
  Math.max(zswap?.pool_limit_hit ?? 0, (zswap?.reject_alloc_fail ?? 0) + (zswap?.reject_kmemcache_fail ?? 0))

const asking = ({ testimony }: Observation): readonly LaneEnd[] =>
  ofType(testimony.records, 'laneEnd').filter(({ asksWriteback, status }) => asksWriteback && status === 'ok')

// Allocations that fail and functions that are skipped may stop writeback by themselves.
const isFree = ({ generation, holds }: Observation): boolean =>
  generation.reclaim !== 'none' && holds.sweeps.length === 0 && holds.armed.every((one) => 'until' in one)

const isStuck = (end: LaneEnd): boolean => end.zswap?.written_back_pages === 0 && stores(end) > ENOUGH

/** A full pool must become less full: where a lane asks for writeback and the kernel can do it, pages are written back. */
export const progress: Oracle = {
  name: 'progress',
  check: (observation) =>
    (isFree(observation) ? asking(observation) : [])
      .filter(isStuck)
      .slice(0, 1)
      .map((end) =>
        findingOf('progress', {
          kind: 'no-writeback',
          title: 'zswap wrote nothing back although its pool was full',
          detail: `expected written_back_pages > 0, saw 0, and ${stores(end)} stores that found the pool full`,
          lane: end.lane,
        }),
      ),
  applies: (observation) => isFree(observation) && asking(observation).length > 0,
  missing: (observation) => {
    const unread = asking(observation).find(({ zswap }) => typeof zswap?.written_back_pages !== 'number')
    return unread && `lane ${unread.lane} could not read written_back_pages`
  },
}
