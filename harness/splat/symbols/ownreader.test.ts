// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { callsIn } from '../../lib/dwarf/calls.ts'
import { readDebugSections, readElf } from '../../lib/elf.ts'
import { parseAddr2line, resolveAddresses } from './addr2line.ts'

// What binutils say of every address of every function: fixtures/calls.c has the command.
const dir = join(import.meta.dirname, '../../lib/dwarf/fixtures')
const answers = readdirSync(dir).filter((name) => name.endsWith('.txt'))
const absent = async () => ({ ok: false, stdout: '', why: 'could not start' })

test('programs and modules of two versions of the format', () => expect(answers).toHaveLength(6))

describe.each(answers)('%s', (name) => {
  const [, file, section] = /^(\w+\.(?:elf|ko))(\.[\w.]+)?\.txt$/.exec(name)!
  const path = join(dir, file!)
  const expected = parseAddr2line(readFileSync(join(dir, name), 'utf8'))

  test('without binutils, every address has the same calls', async () => {
    expect(expected.size).toBeGreaterThan(2)
    expect(await resolveAddresses(readElf(path), section, [...expected.keys()], absent)).toEqual(expected)
  })

  test('inlined calls are among them', () =>
    expect([...expected.values()].some((calls) => calls.length > 1)).toBe(true))

  test('damaged debug information is an error, or another answer, and never hangs', () => {
    const whole = readDebugSections(path, section)
    for (const part of ['info', 'abbrev', 'line', 'ranges', 'rngLists'] as const)
      for (let cut = 0; cut < whole[part].length; cut += 11)
        for (const bytes of [
          whole[part].subarray(0, cut),
          Buffer.from(whole[part]).fill(0xff, cut, Math.min(cut + 4, whole[part].length)),
        ])
          try {
            callsIn({ ...whole, [part]: bytes }, [...expected.keys()])
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError)
          }
  })
})

test('code of no unit has no calls', () => {
  const sections = readDebugSections(join(dir, 'calls5.elf'))
  expect(callsIn(sections, [1n])).toEqual(new Map([[1n, [{ function: '??', file: undefined, line: 0 }]]]))
})

test('a file without debug information has no calls', async () => {
  const calls = await resolveAddresses(readElf(join(dir, 'dwarf5.elf')), undefined, [1n], absent)
  expect(calls.get(1n)).toEqual([{ function: '??', file: undefined, line: 0 }])
})
