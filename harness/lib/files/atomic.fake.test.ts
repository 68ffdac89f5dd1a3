// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeAtomic } from './atomic.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-atomic-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test('two writers of the same process id, as in two containers, do not share a temporary file', async () => {
  const path = join(dir, 'file')
  // What the other one writes at the same time.
  await mkdir(`${path}.${process.pid}.tmp`)
  await writeAtomic(path, 'own')
  const texts = Array.from({ length: 20 }, (_, nth) => `${nth}`.repeat(100_000))
  await Promise.all(texts.map((text) => writeAtomic(path, text)))
  expect(texts).toContain(await readFile(path, 'utf8'))
  expect(await readdir(dir)).toEqual(['file', `file.${process.pid}.tmp`])
})
