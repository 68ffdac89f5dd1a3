// SPDX-License-Identifier: MIT

import { type GuestRecord, ofType, type Testimony } from '../guest/records.ts'
import type { Evidence } from '../model/results.ts'

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0)
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

// Samples are totals, one a second: for a lane that died, the last sample is what is known.
const counters = (records: readonly GuestRecord[]) => [...ofType(records, 'sample')]

const writtenBack = (records: readonly GuestRecord[]): number => {
  const ends = sum(ofType(records, 'laneEnd').map(({ zswap }) => zswap?.written_back_pages ?? 0))
  return Math.max(ends, most(counters(records).map(({ zswap }) => zswap?.written_back_pages ?? 0)))
}

const verified = (records: readonly GuestRecord[]): number => {
  const ended = new Set(ofType(records, 'laneEnd').map(({ lane }) => lane))
  const open = counters(records).filter(({ lane }) => !ended.has(lane))
  return (
    sum(ofType(records, 'laneEnd').map(({ pages }) => pages.verified)) + most(open.map(({ pages }) => pages.verified))
  )
}

/** What shows that the guest exercised the code, from its own records. */
export const evidenceOf = ({ records }: Testimony): Evidence => {
  const hello = ofType(records, 'hello')[0]
  const races = [...counters(records), ...ofType(records, 'laneEnd')].flatMap(({ race }) => (race ? [race] : []))
  return {
    cpusOnline: hello?.cpusOnline ?? 0,
    writtenBackPages: writtenBack(records),
    pagesVerified: verified(records),
    windows: most(races.map(({ windows }) => windows)),
    hits: most(races.map(({ hits }) => hits)),
    failedEvictions: most(races.map(({ evictFailed }) => evictFailed)),
    lanesRun: ofType(records, 'laneEnd').flatMap(({ lane, status }) => (status === 'ok' ? [lane] : [])),
    patchLines: null,
  }
}
