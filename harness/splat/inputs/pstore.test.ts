// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { foreignKind, isBinary } from './foreign.ts'
import { isPstoreName, type PstorePart, pstoreDumps } from './pstore.ts'

const part = (name: string, first: string): PstorePart => ({ name, first: `${first}\n[    1.0` })

test.each<[name: string, parts: readonly PstorePart[], dumps: readonly (readonly string[])[]]>([
  [
    'part 1 is the newest',
    [part('dmesg-efi-170000000001001', 'Panic#1 Part1'), part('dmesg-efi-170000000002001', 'Panic#1 Part2')],
    [['dmesg-efi-170000000002001', 'dmesg-efi-170000000001001']],
  ],
  [
    'ten parts are not sorted as text',
    [1, 10, 2].map((n) => part(`dmesg-erst-${n}`, `Oops#1 Part${n}`)),
    [['dmesg-erst-10', 'dmesg-erst-2', 'dmesg-erst-1']],
  ],
  [
    'an oops, then the panic',
    [
      part('dmesg-efi-4', 'Panic#2 Part2'),
      part('dmesg-efi-3', 'Panic#2 Part1'),
      part('dmesg-efi-2', 'Oops#1 Part2'),
      part('dmesg-efi-1', 'Oops#1 Part1'),
    ],
    [
      ['dmesg-efi-2', 'dmesg-efi-1'],
      ['dmesg-efi-4', 'dmesg-efi-3'],
    ],
  ],
  [
    'ramoops keeps part 1 of each',
    [part('dmesg-ramoops-0', 'Panic#1 Part1'), part('dmesg-ramoops-1', 'Panic#1 Part1')],
    [['dmesg-ramoops-0'], ['dmesg-ramoops-1']],
  ],
  [
    'numbers beyond 2^53',
    [part('dmesg-efi-9007199254740993', 'Oops#1 Part2'), part('dmesg-efi-9007199254740992', 'Oops#1 Part1')],
    [['dmesg-efi-9007199254740993', 'dmesg-efi-9007199254740992']],
  ],
  ['no header', [part('dmesg-efi-1', 'something')], []],
])('%s', (_, parts, dumps) => {
  expect(pstoreDumps(parts)).toEqual(dumps)
  expect(pstoreDumps([...parts].reverse())).toEqual(dumps)
})

test.each([
  ['dmesg-ramoops-0', true],
  ['dmesg-efi-165012345601001.enc.z', true],
  ['dmesg.txt', false],
  ['console-ramoops-0', false],
])('%s', (name, isOne) => expect(isPstoreName(name)).toBe(isOne))

test.each<[string, string]>([
  ['BZh91AY', 'bzip2'],
  ['PK\x03\x04', 'zip'],
  ['LPKSHHRH', 'journal'],
  ['KDUMP   ', 'memory'],
  ['\x7fELF', 'core dump'],
  [`${'x'.repeat(257)}ustar`, 'tar'],
])('%j is no text', (head, what) => expect(foreignKind(Buffer.from(head, 'latin1'))?.what).toContain(what))

test('noise on a console is no binary file', () => {
  expect(foreignKind(Buffer.from('[    0.000000] Linux version'))).toBeUndefined()
  expect(isBinary(Buffer.from(`${'\0'.repeat(20)}[    0.000000] Linux version 6.1.0 (gcc) \u001b[0m\r\n`))).toBe(false)
  expect(isBinary(Buffer.alloc(100))).toBe(true)
  expect(isBinary(Buffer.alloc(0))).toBe(false)
})
