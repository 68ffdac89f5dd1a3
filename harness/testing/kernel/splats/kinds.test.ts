// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { corpusNames, readCorpus } from '../../corpus.ts'
import { readSplats } from '../../splats.ts'
import { bootsFor } from './boots.ts'
import { KINDS, wrongIn } from './kinds.ts'
import { segmentsOf } from './segments.ts'

const captured = corpusNames().flatMap((name) => {
  const kind = KINDS.find((one) => new RegExp(`/captured-[a-z0-9]+-${one.name}-[\\d.]+\\.log$`).test(name))
  return kind === undefined ? [] : [{ name, kind }]
})

test.each(captured)('$name is one segment, and says what its kind must', ({ name, kind }) => {
  const { log } = readCorpus(name)
  const segments = segmentsOf(log.toString('latin1'))
  expect(segments).toEqual([{ kind: kind.name, text: log.toString('latin1') }])
  expect(wrongIn(kind, readSplats(log))).toBeUndefined()
})

test('a console is cut at the notices; what is before the first belongs to none', () => {
  const lines = ['boot', '[ 1.0][ T1] zsharness_canary: bug', 'one', '[ 2.0] zsharness_canary: warn-on\r', 'two', '']
  expect(segmentsOf(lines.join('\n'))).toEqual([
    { kind: 'bug', text: '[ 1.0][ T1] zsharness_canary: bug\none\n' },
    { kind: 'warn-on', text: '[ 2.0] zsharness_canary: warn-on\r\ntwo\n' },
  ])
})

test('a missing report, a wrong function and an extra report are wrong', () => {
  const [bug] = KINDS.filter(({ name }) => name === 'bug')
  const [{ name } = { name: '' }] = captured.filter(({ kind }) => kind === bug)
  const [splat] = readSplats(readCorpus(name).log)
  expect(wrongIn(bug!, [])).toBe('bug: nothing; expected kernel-bug/bug in canary_bug')
  expect(wrongIn(bug!, [{ ...splat!, function: 'die' }])).toContain('kernel-bug/bug in die; expected')
  expect(wrongIn(bug!, [{ ...splat!, corrupted: 'torn' }])).toContain('corrupted: torn; expected')
  expect(wrongIn(bug!, [splat!, splat!])).toContain('in canary_bug; kernel-bug/bug in canary_bug; expected')
  expect(wrongIn(bug!, [splat!, { ...splat!, consequenceOf: 0 }])).toBeUndefined()
})

test('every kind of an architecture has a boot; those that end one, or that lockdep reports, have their own', () => {
  for (const arch of ['x86_64', 'arm64']) {
    const boots = bootsFor(arch, '6.12')
    const names = boots.flatMap(({ kinds }) => kinds.map(({ name }) => name))
    expect([...names].sort()).toEqual(
      KINDS.filter((one) => (one.arch ?? arch) === arch)
        .map(({ name }) => name)
        .sort(),
    )
    for (const { kinds } of boots.slice(1)) expect(kinds).toHaveLength(1)
  }
  expect(bootsFor('x86_64', '6.1').flatMap(({ kinds }) => kinds.map(({ name }) => name))).not.toContain('wait-context')
})
