// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { impossibleIn } from './consistent.ts'
import { type SlurmRecord, slurmRecord, startOf } from './records.ts'

const at = '2026-11-27T09:00:00Z'
const start = startOf('12345678', 'key', at)
const submitting = (sub: number, elements = [['a'], ['b']]): SlurmRecord => ({
  ...{ t: 'submitting', at, sub, elements },
  attempts: elements.map(() => 0),
})
const submitted = (sub: number, job = '7'): SlurmRecord => ({ t: 'submitted', at, sub, job })
const closed = (sub: number, index: number): SlurmRecord => ({ t: 'closed', at, sub, index, why: 'lost', lost: [] })

test.each<[string, readonly SlurmRecord[]]>([
  ['nothing', []],
  ['a start', [start]],
  ['two submissions, one adopted twice', [start, submitting(1), submitted(1), submitted(1, '8'), submitting(2)]],
  ['closed, cancelled, and on', [start, submitting(1), closed(1, 1), { t: 'cancelled', at }, submitting(2)]],
  ['closed after a cancel', [start, submitting(1), { t: 'cancelled', at }, closed(1, 0)]],
])('%s can be written', (_, records) => expect(impossibleIn(records)).toBeUndefined())

test.each<[string, readonly SlurmRecord[], number, RegExp]>([
  ['no start', [submitting(1)], 1, /does not begin with a start/],
  ['two starts', [start, start], 2, /starts once/],
  ['a job of no submission', [start, submitted(1)], 2, /no submission 1/],
  ['an end of no submission', [start, submitting(1), closed(2, 0)], 3, /no submission 2/],
  ['an element that is not there', [start, submitting(1), closed(1, 2)], 3, /no element 2/],
  ['submissions that go back', [start, submitting(2), submitting(1)], 3, /1 comes after submission 2/],
  ['a submission twice', [start, submitting(1), submitting(1)], 3, /1 comes after submission 1/],
  ['attempts of other elements', [start, { ...submitting(1), attempts: [0] } as SlurmRecord], 2, /count the attempts/],
])('%s cannot', (_, records, line, why) =>
  expect(impossibleIn(records)).toEqual({ line, why: expect.stringMatching(why) }),
)

test.each([
  { ...submitting(1), sub: -1 },
  { ...submitting(1), sub: 0 },
  { ...submitting(1), sub: 1e300 },
  { ...submitting(1), attempts: [-1, 0] },
  { ...closed(1, 0), index: 0.5 },
  { ...submitted(1), job: '7; rm' },
])('%j is no record', (record) => expect(slurmRecord.safeParse(record)).toMatchObject({ success: false }))
