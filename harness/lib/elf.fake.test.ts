// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { anObject } from '../testing/elf.ts'
import { readElf, readTextBytes } from './elf.ts'

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

test.each([
  ['is no ELF file', Buffer.alloc(4096), /not a 64-bit little-endian ELF file/],
  ['was cut short', anObject(120).subarray(0, 100), /is truncated/],
])('what %s is a hinted error', (_, bytes, message) => {
  expect(() => readElf(file('bad', bytes))).toThrow(message)
})
