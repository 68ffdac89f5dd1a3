// SPDX-License-Identifier: MIT
import { type GuestRecord, ofType, type Sample } from '../guest/records.ts'

export interface Point {
  /** Seconds since the guest's first record. */
  readonly s: number
  readonly value: number
}

/** The time in which one lane ran. */
export interface Band {
  readonly lane: string
  readonly fromS: number
  readonly toS: number
}

/** What a guest counted over time. */
export interface Timeline {
  readonly bands: readonly Band[]
  readonly endS: number
  readonly storedPages: readonly Point[]
  readonly writebacksPerS: readonly Point[]
  readonly windows: readonly Point[]
  readonly hits: readonly Point[]
}

type Value = (sample: Sample) => number | null | undefined

const pick = (samples: readonly Sample[], startMs: number, value: Value): readonly Point[] =>
  samples.flatMap((sample) => {
    const count = value(sample)
    return typeof count === 'number' ? [{ s: (sample.ms - startMs) / 1000, value: count }] : []
  })

const rates = (points: readonly Point[]): readonly Point[] =>
  points.slice(1).flatMap((point, index) => {
    const last = points[index]!
    const seconds = point.s - last.s
    return seconds > 0 ? [{ s: point.s, value: Math.max(0, point.value - last.value) / seconds }] : []
  })

const bandsOf = (records: readonly GuestRecord[], startMs: number, endS: number): readonly Band[] => {
  const ends = ofType(records, 'laneEnd')
  return ofType(records, 'laneStart').map(({ lane, ms }) => {
    const end = ends.find((one) => one.lane === lane)
    return { lane, fromS: (ms - startMs) / 1000, toS: end ? (end.ms - startMs) / 1000 : endS }
  })
}

/** The timeline of a guest's records. */
export const timelineOf = (records: readonly GuestRecord[]): Timeline => {
  const startMs = records[0]?.ms ?? 0
  const samples = ofType(records, 'sample')
  const endS = ((records.at(-1)?.ms ?? startMs) - startMs) / 1000
  return {
    bands: bandsOf(records, startMs, endS),
    endS,
    storedPages: pick(samples, startMs, ({ zswap }) => zswap?.stored_pages),
    writebacksPerS: rates(pick(samples, startMs, ({ zswap }) => zswap?.written_back_pages)),
    windows: pick(samples, startMs, ({ race }) => race?.windows),
    hits: pick(samples, startMs, ({ race }) => race?.hits),
  }
}
