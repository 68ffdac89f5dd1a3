// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDebugSections } from '../elf.ts'
import { debugInfoIn, readDebugInfo } from './read.ts'
import { bareType, sizeOf, typeText } from './types.ts'

const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)
const all = (): boolean => true

describe.each(['dwarf4.elf', 'dwarf5.elf', 'clang.elf'])('%s', (name) => {
  const info = readDebugInfo(fixture(name), all)
  const record = (of: string) => info.types.get(info.records.get(of)![0]!)

  test('has the members of a struct, with nameless ones in it', () =>
    expect(record('zspage')).toMatchObject({
      kind: 'record',
      size: 32,
      isUnion: false,
      members: [
        { name: null, bit: 0 },
        { name: 'inuse', bit: 32, bits: null },
        { name: null, bit: 64 },
        { name: 'refcount', bit: 128 },
        { name: 'fullness', bit: 160 },
        { name: 'class_of', bit: 192 },
      ],
    }))
  test('has bit-fields', () => {
    const zspage = record('zspage')
    const inner = zspage?.kind === 'record' ? bareType(info, zspage.members[0]!.type) : undefined
    expect(inner).toMatchObject({
      members: [
        { name: 'huge', bit: 0, bits: 1 },
        { name: 'class', bit: 1, bits: 9 },
        { name: 'magic', bit: 10, bits: 8 },
      ],
    })
  })
  test('has arrays', () => {
    const of = record('size_class')
    const [, list, objs] = of?.kind === 'record' ? of.members : []
    expect(info.types.get(list!.type)).toMatchObject({ kind: 'array', counts: [2] })
    expect(info.types.get(objs!.type)).toMatchObject({ kind: 'array', counts: [2, 3] })
    expect(sizeOf(info, objs!.type)).toBe(48)
  })
  test('has functions with their parameters, and locals of their blocks', () => {
    const [free] = info.functions.get('zs_free')!
    expect(
      free!.parameters.map(({ type, name: of }) => [
        typeText(info, type).replace('long unsigned int', 'unsigned long'),
        of,
      ]),
    ).toEqual([
      ['struct zspage *', 'zspage'],
      ['unsigned long', 'handle'],
    ])
    expect(info.functions.get('main')![0]!.locals.map((one) => one.name)).toEqual(['class'])
  })
  test('has variables with their addresses', () => {
    const found = info.variables.map(({ name: of, address, type }) => [of, address > 0n, sizeOf(info, type)])
    expect(found.sort()).toEqual([
      ['classes', true, 176],
      ['flag', true, 4],
      ['static_zspage', true, 32],
    ])
  })
  test('has only the sources that are wanted', () =>
    expect(readDebugInfo(fixture(name), (source) => source !== 'types.c').types.size).toBe(0))
})

test('an inlined function has its parameters and locals', () => {
  const [inlined] = readDebugInfo(fixture('dwarf4.elf'), all).functions.get('inlined')!
  expect(inlined!.locals.map(({ name }) => name)).toEqual(['second'])
})

test('a file that ends early, or is damaged, is an error and nothing else', () => {
  const whole = readDebugSections(fixture('dwarf5.elf'))
  for (let cut = 0; cut < whole.info.length; cut += 7)
    for (const info of [
      whole.info.subarray(0, cut),
      Buffer.from(whole.info).fill(0xff, cut, Math.min(cut + 4, whole.info.length)),
    ])
      try {
        debugInfoIn({ ...whole, info }, all)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
      }
})
