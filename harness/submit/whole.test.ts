// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aSubmission } from '../testing/submission.ts'
import { type Submission, submission } from './model.ts'
import { contradictionIn } from './whole.ts'

const whole = aSubmission(3)
const [first, ...others] = whole.parts as [Submission['parts'][number], ...Submission['parts']]
const [cell, ...rest] = whole.cells as [Submission['cells'][number], ...Submission['cells']]
const withFirst = (part: Partial<typeof first>): Submission => ({ ...whole, parts: [{ ...first, ...part }, ...others] })

test('a submission as it is made has no fault', () => {
  expect(submission.safeParse(JSON.parse(JSON.stringify(whole)))).toMatchObject({ success: true })
  expect(contradictionIn(whole)).toBeUndefined()
})

test.each<[string, Submission, RegExp]>([
  ['a part twice', { ...whole, parts: [...whole.parts, { ...first, cells: ['x'] }] }, /two parts have the id 1-x86_64/],
  ['a cell twice', { ...whole, cells: [...whole.cells, cell] }, /two cells have the id/],
  ['a cell in two parts', withFirst({ cells: [...first.cells, others[0]!.cells[0]!] }), /is in two parts/],
  ['a cell of no plan', withFirst({ cells: [...first.cells, 'x'] }), /has the cell x, which is not in the plan/],
  ['a cell of no part', withFirst({ cells: first.cells.slice(1) }), /no part has the cell/],
  ['no cells planned', { ...whole, cells: rest }, /which is not in the plan/],
  ['a part after nothing', withFirst({ after: 'nobody' }), /comes after nobody, which is not before it/],
  ['a part after itself', withFirst({ after: first.id }), /is not before it/],
  ['a part before its kernels', { ...whole, parts: [...whole.parts].reverse() }, /is not before it/],
])('%s is a contradiction', (_, wrong, why) => expect(contradictionIn(wrong)).toMatch(why))

test.each<[string, object]>([
  ['no part', { parts: [] }],
  ['a part that leaves its folder', withFirst({ id: '../../x' })],
  ['a hidden part', withFirst({ id: '.x' })],
  ['a cell that leaves its folder', { cells: [{ ...cell, id: '../x' }, ...rest] }],
  ['an id that leaves its folder', { id: '../x' }],
  ['no CPU', { resources: { ...whole.resources, bootCpus: 0 } }],
  ['half a CPU', { resources: { ...whole.resources, bootCpus: 0.5 } }],
  ['a NUL byte', { argv: ['run', 'a\0b'] }],
  ['no program', { program: [] }],
  ['a run 0', { cells: [{ ...cell, run: 0 }, ...rest] }],
])('%s is refused as it is read', (_, wrong) =>
  expect(submission.safeParse({ ...whole, ...wrong })).toMatchObject({ success: false }),
)
