// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { whyNot } from './accept.ts'
import type { AnswerFile, PartId } from './model.ts'

const id: PartId = { start: 's', commit: 'c'.repeat(40), tree: 't', run: 2, code: 'k' }
const clean = { kind: 'complete', why: 'the script succeeds', sightings: [] } as const
const answer = (part: Partial<AnswerFile> = {}): AnswerFile => ({
  schemaVersion: 1,
  id,
  tools: 'gcc 12, tcg',
  found: clean,
  ...part,
})

test.each<[string, Partial<AnswerFile>, string | undefined]>([
  ['its own', {}, undefined],
  ['that the commit cannot be tested', { found: { kind: 'wrong', why: 'no such option', hint: null } }, undefined],
  ['of another bisection', { id: { ...id, start: 'x' } }, 'it is of another bisection'],
  [
    'of another candidate',
    { id: { ...id, commit: 'd'.repeat(40) } },
    'it is run 2 of dddddddddddd, not run 2 of cccccccccccc',
  ],
  ['of another run', { id: { ...id, run: 3 } }, 'it is run 3 of cccccccccccc, not run 2 of cccccccccccc'],
  [
    'of the same commit without the carried patches',
    { id: { ...id, tree: 'x' } },
    'it is of another tree of the commit',
  ],
  ['of another zsharness', { id: { ...id, code: 'x' } }, 'its node had another zsharness'],
  [
    'of a build in the place of a run',
    { found: { kind: 'ready', image: null, why: '', sightings: [] } },
    'it says ready',
  ],
  ['of another compiler', { tools: 'gcc 14, tcg' }, 'its node has gcc 14, tcg, where earlier results had gcc 12, tcg'],
])('an answer %s', (_, part, why) => {
  const got = whyNot(id, 'gcc 12, tcg', answer(part))
  if (why === undefined) expect(got).toBeUndefined()
  else expect(got).toContain(why)
})

test('the first answer says which compiler the others must have', () => {
  expect(whyNot(id, undefined, answer())).toBeUndefined()
})
