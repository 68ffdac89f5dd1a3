// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDebugInfo } from '../lib/dwarf/read.ts'
import { labelsOf, memberAt, staticAt, typeOfObject } from './variables.ts'

const fixture = join(import.meta.dirname, '../lib/dwarf/fixtures/dwarf4.elf')
const info = readDebugInfo(fixture, () => true)
const typeOf = (name: string) => info.records.get(name)![0]!
const words = (text: string) => new Set(text.match(/\w+/g) ?? [])

describe('a member', () => {
  test.each([
    ['zspage', 4, 4, '', '.inuse'],
    ['zspage', 4, 1, '', '.inuse'],
    ['zspage', 24, 8, '', '.class_of'],
    ['zspage', 16, 4, '', '.refcount'],
    // A bit-field is known by the line alone.
    ['zspage', 0, 4, 'BUG_ON(zspage->magic != 3)', '.magic'],
    ['zspage', 0, 1, 'return zspage->huge', '.huge'],
    ['zspage', 0, 4, 'return 1', undefined],
    // So is the member of a union.
    ['zspage', 8, 8, 'zspage->private = 1', '.private'],
    ['zspage', 8, 8, 'page_private(page)', '.private'],
    ['zspage', 8, 8, 'zspage->private = zspage->head', undefined],
    ['zspage', 8, 8, '', undefined],
    ['size_class', 8, 8, '', '.fullness_list[0].next'],
    ['size_class', 32, 8, '', '.fullness_list[1].prev'],
    ['size_class', 24, 16, '', '.fullness_list[1]'],
    ['size_class', 40 + 8 * 4, 8, '', '.objs[1][1]'],
    // Several members, nothing, and what is beyond the end.
    ['zspage', 4, 8, '', undefined],
    ['zspage', 0, 32, '', undefined],
    ['zspage', 28, 8, '', undefined],
  ] as const)('%s + %i, %i bytes, in "%s": %s', (type, offset, size, line, text) =>
    expect(memberAt(info, typeOf(type), { offset, size }, words(line))).toBe(text),
  )
})

describe('the type of an object', () => {
  test('is that of its cache', () =>
    expect(typeOfObject(info, { name: 'zspage 3', size: 32, functions: [] })).toEqual({
      type: typeOf('zspage'),
      label: 'zspage',
    }))
  test('is not, where the size is another', () =>
    expect(typeOfObject(info, { name: 'zspage 3', size: 40, functions: [] })).toBeUndefined())
  test('is what a variable of the allocating function points to', () =>
    expect(typeOfObject(info, { name: 'kmalloc 7', size: 88, functions: ['other', 'main'] })?.label).toBe('class'))
  test('is unknown where nothing has that size', () =>
    expect(typeOfObject(info, { name: 'kmalloc 7', size: 80, functions: ['main'] })).toBeUndefined())
})

test('two objects of one name have numbers, and two types their own names', () => {
  const [zspage, size] = [typeOf('zspage'), typeOf('size_class')]
  const labels = labelsOf(
    info,
    new Map([
      ['zspage 0', { type: zspage, label: 'zspage' }],
      ['zspage 4', { type: zspage, label: 'zspage' }],
      ['kmalloc 1', { type: size, label: 'pool' }],
      ['kmalloc 2', { type: zspage, label: 'pool' }],
    ]),
  )
  expect(Object.fromEntries(labels)).toEqual({
    'zspage 0': 'zspage#1',
    'zspage 4': 'zspage#2',
    'kmalloc 1': 'size_class',
    'kmalloc 2': 'zspage#3',
  })
})

test('a variable that is always there has its name', () => {
  const at = (name: string): bigint => info.variables.find((one) => one.name === name)!.address
  expect(staticAt(info, at('flag'), 4, words(''))).toBe('flag')
  expect(staticAt(info, at('classes') + 88n + 24n, 8, words(''))).toBe('classes[1].fullness_list[1].next')
  expect(staticAt(info, 16n, 8, words(''))).toBeUndefined()
})
