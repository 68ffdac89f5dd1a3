// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { whyNotRunnable } from './elfprogram.ts'

interface Shape {
  readonly machine?: number
  readonly type?: number
  readonly bits?: number
  /** The types of its program headers. */
  readonly headers?: readonly number[]
}

const program = ({ machine = 62, type = 2, bits = 2, headers = [1] }: Shape = {}): Buffer => {
  const file = Buffer.alloc(64 + headers.length * 56)
  file.write('\x7fELF', 'latin1')
  file[4] = bits
  file[5] = 1
  file.writeUInt16LE(type, 16)
  file.writeUInt16LE(machine, 18)
  file.writeBigUInt64LE(64n, 32)
  file.writeUInt16LE(headers.length, 56)
  for (const [index, header] of headers.entries()) file.writeUInt32LE(header, 64 + index * 56)
  return file
}

test.each<[string, Buffer, string | undefined]>([
  ['a static program', program(), undefined],
  ['a static program at any address', program({ type: 3, headers: [1, 2] }), undefined],
  ['a dynamic program', program({ type: 3, headers: [6, 3, 1, 2] }), 'dynamically linked'],
  ['a program of another machine', program({ machine: 183 }), 'for arm64, not for x86_64'],
  ['a program of 32 bits', program({ machine: 3, bits: 1 }), 'for x86 (32 bits), not for x86_64'],
  ['a program of x32', program({ bits: 1 }), 'for x86_64'],
  ['an object', program({ type: 1 }), 'an object file'],
  ['a script', Buffer.from(`#!/bin/sh\n${' '.repeat(80)}`), 'a script'],
  ['a short script', Buffer.from('#!/bin/sh\n'), 'a script'],
  ['a text', Buffer.from('int main(void) { return 0; }'), 'neither a .c file nor an ELF program'],
  ['an empty file', Buffer.alloc(0), 'neither'],
  ['a cut program', program().subarray(0, 40), 'neither'],
])('%s', (_, file, why) => {
  const found = whyNotRunnable(file, 62)
  if (why === undefined) expect(found).toBeUndefined()
  else expect(found).toContain(why)
})

test('a table of headers behind the end of the file is not read', () => {
  const file = program({ headers: [1, 3] })
  expect(() => whyNotRunnable(file.subarray(0, 80), 62)).not.toThrow()
})
