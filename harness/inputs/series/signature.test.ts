// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { seriesSchema } from './schema.ts'

const series = (signature: object) => ({
  title: 'a fix',
  patches: ['0001-a.patch'],
  touches: ['mm/a.c'],
  requires: [],
  applicability: [],
  signature: [{ note: 'why', ...signature }],
})
const problemsOf = (signature: object): readonly string[] =>
  seriesSchema.safeParse(series(signature)).error?.issues.map(({ message }) => message) ?? []

test.each([
  [{ families: ['oops'], stack: ['zs_free'] }],
  [{ families: ['oops'], stack: ['zs_free'], workqueue: 'zswap' }],
  [{ oracle: 'data' }],
  [{ oracle: 'data', kind: 'lost-data', title: 'came back wrong' }],
])('%j is a signature', (signature) => expect(problemsOf(signature)).toEqual([]))

test.each([
  [{}],
  [{ families: ['oops'] }],
  [{ stack: ['zs_free'] }],
  [{ kind: 'lost-data' }],
  [{ title: 'came back wrong' }],
  [{ oracle: 'data', families: ['oops'], stack: ['zs_free'] }],
  [{ oracle: 'data', workqueue: 'x' }],
  [{ families: ['oops'], stack: ['zs_free'], title: 'x' }],
])('%j is none', (signature) =>
  expect(problemsOf(signature)).toEqual([expect.stringContaining('must have either families and stack')]),
)
