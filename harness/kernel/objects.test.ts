// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { describeObject } from '../report/objects.ts'
import { isListed, objectSizes } from './objects.ts'

// Of 6.1.192, shortened.
const archive =
  'cmd_mm/built-in.a := rm -f mm/built-in.a;  printf "mm/%s " zswap.o kasan/built-in.a zpool.o zsmalloc.o memfd.o | xargs ar cDPrST mm/built-in.a'

test.each([
  ['mm/zsmalloc.o', archive, '', true],
  ['mm/malloc.o', archive, '', false],
  ['mm/zsmalloc.o', archive.replace(' zsmalloc.o', ''), '', false],
  ['mm/zsmalloc.o', archive.replace(' zsmalloc.o', ''), 'drivers/a.ko\nmm/zsmalloc.ko\n', true],
  ['mm/zsmalloc.o', '', 'mm/zsmalloc.o\n', true],
  ['mm/zsmalloc.o', 'printf mm/zsmalloc.o | xargs ar', '', true],
  ['mm/zsmalloc.o', '', '', false],
])('%s', (object, list, modules, expected) => expect(isListed(object, list, modules)).toBe(expected))

test('each size comes with the one without the patch', () => {
  const own = new Map([
    ['mm/a.o', 120],
    ['mm/b.o', null],
  ])
  expect(objectSizes(own, new Map([['mm/a.o', 100]]))).toEqual([
    { file: 'mm/a.o', textBytes: 120, textBytesBefore: 100 },
    { file: 'mm/b.o', textBytes: null, textBytesBefore: null },
  ])
  expect(objectSizes(own, undefined)[0]).toMatchObject({ textBytesBefore: null })
})

test.each([
  [120, 100, '100 → 120 bytes of text (+20)'],
  [100, 120, '120 → 100 bytes of text (-20)'],
  [100, 100, '100 → 100 bytes of text (0)'],
  [100, null, '100 bytes of text'],
  [null, 100, 'not built'],
])('%s after %s reads %s', (textBytes, textBytesBefore, expected) => {
  expect(describeObject({ file: 'mm/a.o', textBytes, textBytesBefore })).toBe(expected)
})
