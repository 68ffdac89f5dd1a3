// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Splat } from '../../../splat/index.ts'
import { corpusNames, readCorpus } from '../../corpus.ts'
import { readSplats } from '../../splats.ts'
import { bootsFor } from './boots.ts'
import { KINDS, type Kind, wrongIn } from './kinds.ts'
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

test('a report without a name is right where a kernel hides it and the report says so; a second one where it may follow', () => {
  const reportOf = (name: string): Splat =>
    readSplats(readCorpus(captured.find(({ kind }) => kind.name === name)!.name).log)[0]!
  const kindOf = (name: string): Kind => KINDS.find((one) => one.name === name)!
  const nameless = { ...reportOf('fortify'), function: null, corrupted: 'the stack holds no function' }
  expect(wrongIn(kindOf('fortify'), [nameless])).toBeUndefined()
  expect(wrongIn(kindOf('fortify'), [{ ...nameless, corrupted: null }])).toContain('in null; expected')
  expect(wrongIn(kindOf('bug'), [{ ...reportOf('bug'), function: null, corrupted: 'x' }])).toContain(
    'in null, corrupted: x',
  )
  const second = { ...reportOf('slab-oob'), function: 'canary_copy_in' }
  expect(wrongIn(kindOf('copy-in'), [second, second])).toBeUndefined()
  expect(wrongIn(kindOf('copy-in'), [second, { ...second, function: 'die' }])).toContain('in die; expected')
  expect(wrongIn(kindOf('slab-oob'), [reportOf('slab-oob'), reportOf('slab-oob')])).toContain('expected')
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
  const named = (arch: string) => bootsFor(arch, '6.1').flatMap(({ kinds }) => kinds.map(({ name }) => name))
  expect(named('x86_64')).not.toContain('wait-context')
  expect(named('arm64')).not.toContain('stack-overflow')
  expect(named('x86_64')).toContain('stack-overflow')
})
