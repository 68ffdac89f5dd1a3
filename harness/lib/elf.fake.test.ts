// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { anObject } from '../testing/elf.ts'
import { readBytes, readElf, readTextBytes } from './elf.ts'

const root = mkdtempSync(join(tmpdir(), 'zsharness-elf-'))
afterAll(() => rmSync(root, { recursive: true }))

const file = (name: string, bytes: Buffer): string => {
  writeFileSync(join(root, name), bytes)
  return join(root, name)
}

test('an object without symbols is read', () => {
  const path = file('a.o', anObject(120))
  expect(readElf(path)).toMatchObject({ machine: 62, relocatable: true, buildId: null, functions: new Map() })
  expect(readTextBytes(path)).toBe(120)
})

test('the bytes at an address are those of its section', () => {
  const bytes = anObject(8)
  // The address of the section, and where its bytes are in the file: those of the header.
  bytes.writeBigUInt64LE(0x1000n, 128 + 16)
  const path = file('at', bytes)
  expect(readBytes(path, 0x1001n, 3).toString()).toBe('ELF')
  expect(() => readBytes(path, 0x1006n, 3)).toThrow('has nothing at 0x1006')
})

test.each([
  ['is no ELF file', Buffer.alloc(4096), /not a 64-bit little-endian ELF file/],
  ['was cut short', anObject(120).subarray(0, 100), /is truncated/],
])('what %s is a hinted error', (_, bytes, message) => {
  expect(() => readElf(file('bad', bytes))).toThrow(message)
})
