// SPDX-License-Identifier: MIT
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readGcov } from './gcov.ts'
import { measureCoverage } from './measure.ts'

let root: string
let notes: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-gcov-'))
  notes = join(root, 'zsmalloc.gcno')
  await writeFile(notes, 'notes')
})
afterAll(() => rm(root, { recursive: true, force: true }))

const REPORT = '{"files": [{"file": "../mm/zsmalloc.c", "lines": [{"line_number": 3, "count": 7}]}]}'

const program = async (name: string, script: string): Promise<string> => {
  const path = join(root, name)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
  return path
}

const read = (gcov: string) => readGcov(gcov, notes, Buffer.from('counters'), 'mm/zsmalloc.c')

test('the counts of a gcov that reads the notes', async () => {
  expect(await read(await program('right', `echo '${REPORT}'`))).toEqual(new Map([[3, 7]]))
})

test('a host without gcov has no counts', async () => expect(await read(join(root, 'none'))).toBeUndefined())

test('what a gcov of another compiler says is not taken', async () => {
  const other = await program('other', `echo "zsmalloc.gcno:version 'B22*', prefer 'A93*'" >&2; echo '${REPORT}'`)
  expect(await read(other)).toBeUndefined()
})

test('counters that arrived and cannot be read are not lost', async () => {
  const data = Buffer.from('counters').toString('base64')
  const record = { seq: 1, t: 'coverage', ms: 1, lane: 'race', file: '/o/mm/zsmalloc.gcda', data }
  const inputs = { before: root, after: root, objects: root, prefix: '/nowhere/', touched: ['zsmalloc.c'] }
  expect(await measureCoverage({ ...inputs, records: [record as never] })).toBe('unread')
  expect(await measureCoverage({ ...inputs, records: [] })).toBeUndefined()
})
