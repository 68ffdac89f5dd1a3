// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { parseAtPoint } from '../../inputs/hold/parse.ts'
import { lineMap } from './linemap.ts'

const root = mkdtempSync(join(tmpdir(), 'zsharness-linemap-'))
afterAll(() => rmSync(root, { recursive: true }))

const source = (name: string, files: Record<string, string>): string => {
  mkdirSync(join(root, name, 'mm'), { recursive: true })
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text)
  return join(root, name)
}

test('lines of a tree in the patched source', async () => {
  const tree = source('tree', { 'mm/a.c': '1\n2\n3\n4\n', 'mm/same.c': '1\n2\n', 'mm/gone.c': '1\n' })
  const patched = source('patched', { 'mm/a.c': '0\n1\nnew\n3\n4\n', 'mm/same.c': '1\n2\n' })
  const holds = ['mm/a.c:1 until mm/same.c:2', 'mm/gone.c:1', 'mm/mistyped.c:7'].map((text) =>
    parseAtPoint(text, 'test'),
  )
  const lineIn = await lineMap(holds, tree, patched)
  expect([1, 2, 3, 4].map((line) => lineIn('mm/a.c', line))).toEqual([2, undefined, 4, 5])
  expect(lineIn('mm/same.c', 2)).toBe(2)
  expect(lineIn('mm/gone.c', 1)).toBeUndefined()
  // It is not the patch that removed it.
  expect(lineIn('mm/mistyped.c', 7)).toBe(7)
})
