// SPDX-License-Identifier: MIT
import { type GuestRecord, ofType } from '../../guest/records.ts'
import type { Finding } from '../../model/results.ts'
import { evidenceOf } from '../evidence.ts'
import { findingOf, hasOwnLane, type Oracle } from '../observation.ts'

const lost = (detail: string, lane: Finding['lane']): Finding =>
  findingOf('data', { kind: 'lost-data', title: 'a page came back wrong', detail, lane })

const wrongPage = (records: readonly GuestRecord[]): readonly Finding[] => {
  const wrong = ofType(records, 'wrongPage')
  const first = wrong[0]
  if (first) {
    const { lane, region, index, generation, offset, expected, got } = first
    const place = `region ${region} page ${index} generation ${generation} at byte ${offset}: ${got} for ${expected}`
    return [lost(`expected every page as written, saw ${wrong.length} wrong; the first: ${place}`, lane)]
  }
  // A count without its records is still a count.
  const counts = [...ofType(records, 'laneEnd'), ...ofType(records, 'sample')]
  const counted = counts.find(({ pages }) => pages.wrong > 0)
  if (counted) return [lost(`the guest counted ${counted.pages.wrong} wrong pages and recorded none`, counted.lane)]
  const end = ofType(records, 'end').find(({ wrongPages }) => wrongPages > 0)
  return end ? [lost(`the guest's end counts ${end.wrongPages} wrong pages, and no lane recorded one`, null)] : []
}

const notDecompressed = (records: readonly GuestRecord[]): readonly Finding[] => {
  const counts = [...ofType(records, 'laneEnd'), ...ofType(records, 'sample')]
  const counted = counts.find(({ zswap }) => (zswap?.decompress_fail ?? 0) > 0)
  if (!counted) return []
  const detail = `expected decompress_fail = 0, saw ${counted.zswap?.decompress_fail}`
  const title = 'zswap could not decompress a page'
  return [findingOf('data', { kind: 'lost-data', title, detail, lane: counted.lane })]
}

/** Every page must come back as it was written. */
export const data: Oracle = {
  name: 'data',
  check: ({ testimony }) => [...wrongPage(testimony.records), ...notDecompressed(testimony.records)],
  applies: hasOwnLane,
  missing: ({ testimony }) => (evidenceOf(testimony).pagesVerified > 0 ? undefined : 'no page was verified'),
}
