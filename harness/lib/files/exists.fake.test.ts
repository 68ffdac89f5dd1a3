// SPDX-License-Identifier: MIT
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { exists } from './exists.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-exists-'))
  await writeFile(join(dir, 'file'), '')
  await mkdir(join(dir, 'folder'))
  await symlink('file', join(dir, 'link'))
  await symlink('nothing', join(dir, 'dangling'))
  await symlink('loop', join(dir, 'loop'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

test.each(['file', 'folder', 'link', '.'])('%s exists', async (name) =>
  expect(await exists(join(dir, name))).toBe(true),
)

test.each(['none', 'dangling', 'loop', 'file/below', 'none/below', 'x'.repeat(300), 'nul\0byte'])(
  '%j does not',
  async (name) => expect(await exists(join(dir, name))).toBe(false),
)

const NOBODY = 65_534

/** Root may search every folder: then does the work as nobody. */
const withoutRoot = async (work: () => Promise<void>): Promise<void> => {
  if (process.geteuid?.() !== 0) return work()
  process.seteuid?.(NOBODY)
  try {
    await work()
  } finally {
    process.seteuid?.(0)
  }
}

test('a path below a folder that may not be searched is an error', async () => {
  const path = join(dir, 'folder/file')
  await chmod(join(dir, 'folder'), 0)
  await withoutRoot(() =>
    expect(exists(path)).rejects.toMatchObject({
      name: 'HostError',
      message: expect.stringContaining(`cannot look up ${path}: EACCES`),
    }),
  )
  await chmod(join(dir, 'folder'), 0o755)
})
