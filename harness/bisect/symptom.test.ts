// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { Sighting } from './journal/records.ts'
import { describeSymptom, isStatic, matches, parseSymptom, symptomOf } from './symptom.ts'

const splat = (kind: string, title: string, more: Partial<Sighting> = {}): Sighting => ({
  kind,
  title,
  oracle: 'console',
  signature: false,
  bucket: null,
  ...more,
})

const race = splat('kasan', 'KASAN: wild-memory-access in obj_malloc', { signature: true })
const oops = splat('oops', 'BUG: unable to handle page fault in zs_free')
const leak = splat('handle-leak', 'zs_handle objects do not balance', { oracle: 'balance' })
const hang = splat('no-output', 'the guest fell silent', { oracle: 'liveness' })
const build = splat('build', 'mm/zsmalloc.c: expected ;', { oracle: 'build' })

describe('--symptom', () => {
  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    '%s is a kind or a title like any other',
    (word) => {
      const symptom = parseSymptom(word)!
      expect([symptom.kind, symptom.title]).toContain(word)
      expect(matches(symptom, splat('oops', 'another'))).toBe(false)
    },
  )

  test.each<[string, readonly Sighting[], readonly Sighting[]]>([
    ['signature', [race], [oops, leak, hang]],
    ['kasan', [race], [oops, leak]],
    ['oops: BUG: unable to handle page fault in zs_free', [oops], [race, leak]],
    ['zs_free', [oops], [race, leak]],
    ['handle-leak', [leak], [oops]],
    ['hang', [hang], [oops, leak]],
    ['build', [build], [oops, hang]],
  ])('%s', (text, shown, others) => {
    const symptom = parseSymptom(text)!
    for (const one of shown) expect(matches(symptom, one)).toBe(true)
    for (const one of others) expect(matches(symptom, one)).toBe(false)
    expect(describeSymptom(symptom)).not.toBe('')
  })

  test('auto is the first failure of the bad end, or the signature', () => {
    expect(parseSymptom('auto')).toBeNull()
    expect(symptomOf([])).toBeUndefined()
    expect(matches(symptomOf([oops, race])!, splat('panic', 'other', { signature: true }))).toBe(true)
    expect(matches(symptomOf([oops, leak])!, oops)).toBe(true)
    expect(matches(symptomOf([oops, leak])!, leak)).toBe(false)
  })

  test('a bucket is the bug under any title', () => {
    const here = splat('oops', 'BUG: unable to handle page fault in f', { bucket: 'null-deref:f' })
    const there = splat('kasan', 'KASAN: null-ptr-deref Read in f', { bucket: 'null-deref:f' })
    const other = splat('oops', 'BUG: unable to handle page fault in f', { bucket: 'wild-access:f' })
    for (const symptom of [parseSymptom('null-deref:f')!, symptomOf([here])!]) {
      expect([here, there, other].map((seen) => matches(symptom, seen))).toEqual([true, true, false])
      expect(describeSymptom(symptom)).toContain(symptom.title ?? 'null-deref:f')
    }
  })

  test('where one side has no bucket, the title decides', () => {
    const old = splat('oops', 'Oops in f')
    const now = splat('oops', 'Oops in f', { bucket: 'null-deref:f' })
    expect(matches(symptomOf([old])!, now)).toBe(true)
    expect(matches(symptomOf([now])!, old)).toBe(true)
    expect(matches(parseSymptom('null-deref:f')!, old)).toBe(false)
    // The bucket of all reports whose function is lost is no bug.
    expect(symptomOf([splat('oops', 'Oops', { bucket: 'null-deref:?' })])).toMatchObject({ bucket: null })
  })

  test.each(['mm/zsmalloc.c:901', 'foo:bar', 'use-after-free:', 'warning: WARNING in f'])('%s is no bucket', (text) =>
    expect(parseSymptom(text)?.bucket).toBeNull(),
  )

  test('a WARNING of the kernel needs a boot', () => {
    expect(isStatic(symptomOf([splat('warning', 'WARNING in f', { bucket: 'warning:f' })])!)).toBe(false)
  })

  test('build and warning need no boot', () => {
    expect(isStatic(parseSymptom('build')!)).toBe(true)
    expect(isStatic(parseSymptom('warning')!)).toBe(true)
    expect(isStatic(parseSymptom('kasan')!)).toBe(false)
  })

  test('rejects an empty value', () => {
    expect(() => parseSymptom(' ')).toThrow('--symptom is empty')
  })
})
