// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { aCell, aFinding } from '../testing/runs.ts'
import type { KnownFinding } from './known.ts'
import { isKnown, markKnown } from './known.ts'
import { judgePair } from './pair.ts'

const unused = {
  kind: 'warning',
  file: 'mm/zsmalloc.c',
  title: "'obj_allocated' defined but not used",
  aliases: ["unused function 'obj_allocated'"],
  configs: ['off'],
  reason: 'nothing calls it',
  remedy: 'static inline',
} satisfies KnownFinding
const compiler = aFinding({ oracle: 'warnings', kind: 'warning', file: 'mm/zsmalloc.c', title: unused.title })

describe('a known finding', () => {
  test.each<[string, Parameters<typeof aFinding>[0], Partial<KnownFinding>, boolean]>([
    ['the same', {}, {}, true],
    ['in the words of clang', { title: "unused function 'obj_allocated'" }, {}, true],
    ['in the quotes of another locale', { title: '‘obj_allocated’  defined but not used' }, {}, true],
    ['whose title contains the known one', { title: `${unused.title}, nor its callers` }, {}, false],
    ['whose title is a part of it', { title: 'defined but not used' }, {}, false],
    [
      'with a title that contains an alias',
      { title: "unused function 'obj_allocated_tag' and 'obj_allocated'" },
      {},
      false,
    ],
    ['in another file', { file: 'mm/zswap.c' }, {}, false],
    ['of a WARN_ON at run time', { oracle: 'console' }, {}, false],
    ['of a check that compiles again', { oracle: 'w1' }, {}, true],
    ['of a check of the patch', { oracle: 'checkpatch' }, {}, false],
    ['of a check that is not named', { oracle: 'sparse' }, { oracle: 'warnings' }, false],
    ['of a check that is named', { oracle: 'checkpatch' }, { oracle: 'checkpatch' }, true],
    ['of a WARN_ON that is named', { oracle: 'console' }, { oracle: 'console' }, true],
    ['of the compiler, known on the console', {}, { oracle: 'console' }, false],
    ['of the compiler, known without a file', {}, { file: undefined }, false],
    ['of another kind', { kind: 'oops' }, {}, false],
  ])('%s', (_, found, known, expected) => {
    expect(isKnown({ ...compiler, ...found }, { ...unused, ...known })).toBe(expected)
  })

  test('without a file and an oracle is one of the console, in any file', () => {
    const oops = { kind: 'oops', title: 'Oops in f', configs: ['off'] }
    expect(isKnown(aFinding({ title: 'Oops in f', file: 'mm/a.c' }), oops)).toBe(true)
    expect(isKnown(aFinding({ title: 'Oops in f_more', file: 'mm/a.c' }), oops)).toBe(false)
  })

  test.each<[string, Parameters<typeof aFinding>[0], boolean]>([
    ['the same report', {}, true],
    ['another kind and title of the bug', { kind: 'kasan', title: 'KASAN: null-ptr-deref Read in f' }, true],
    ['another bug', { bucket: 'null-deref:g' }, false],
    ['another bug with the same title', { bucket: 'wild-access:f' }, false],
    ['a report of an older zsharness', { bucket: null }, false],
    ['a finding of another oracle', { oracle: 'data' }, false],
  ])('by its bucket: %s', (_, part, expected) => {
    const found = aFinding({ kind: 'oops', title: 'Oops in f', bucket: 'null-deref:f', file: 'mm/a.c', ...part })
    expect(isKnown(found, { kind: 'oops', bucket: 'null-deref:f' })).toBe(expected)
  })

  test('gets its reason and remedy, and only where it is known', () => {
    expect(markKnown([compiler], [unused], 'off')[0]).toMatchObject({
      known: true,
      reason: 'nothing calls it',
      remedy: 'static inline',
    })
    expect(markKnown([compiler], [unused], 'on')[0]).toMatchObject({ known: false, remedy: null })
  })

  test("is never a report with the bug's signature", () => {
    const own = aFinding({ signature: true })
    const known = { kind: own.kind, title: own.title, configs: ['off'] }
    expect(markKnown([own], [known], 'off')[0]?.known).toBe(false)
  })
})

test('a known splat on both legs shows no bug', () => {
  const known = aFinding({ signature: true, known: true })
  const judged = judgePair([aCell({ leg: 'before', findings: [known] })], [aCell({ findings: [known] })])
  expect(judged).toMatchObject({ verdict: 'not-demonstrated', reason: 'the unpatched kernel did not fail' })
})
