// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { obtain } from '../lib/cache/store.ts'
import { registerClean } from './clean.ts'

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'zsharness-clean-'))
  vi.stubEnv('ZSHARNESS_CACHE', cache)
  vi.stubEnv('TMPDIR', cache)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  await rm(cache, { recursive: true, force: true })
})

const clean = async (...args: string[]): Promise<string> => {
  let text = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk
    return true
  })
  const program = new Command()
  registerClean(program)
  await program.parseAsync(['clean', ...args], { from: 'user' })
  return text
}

const make = (kind: string, key: string) => obtain(join(cache, kind), key, async () => ({}))
const makeAll = async () => {
  await (await make('trees', 'unused'))[Symbol.asyncDispose]()
  await mkdir(join(cache, 'downloads'))
  return make('builds', 'used')
}

test('nothing old: nothing is removed', async () => {
  await using _used = await makeAll()
  expect(await clean()).toBe(`${cache}: removed 0 of 2 entries; removed 0 incomplete entries; 0.0 MiB in all\n`)
})

test('--all keeps what a run uses', async () => {
  await using _used = await makeAll()
  const lines = (await clean('--all')).split('\n')
  expect(lines[0]).toMatch(/^removed trees\/unused, last used \d{4}-/)
  expect(lines[1]).toMatch(/^in use {2}builds\/used, last used /)
  expect(lines[2]).toMatch(/: removed 1 of 2 entries, kept 1 in use; removed 0 incomplete entries; \d+\.\d MiB in all$/)
  expect((await readdir(cache)).sort()).toEqual(['builds', 'trees'])
})

test('--all removes what is no entry too, and says how large it was', async () => {
  await mkdir(join(cache, 'mirrors/0123.git'), { recursive: true })
  await writeFile(join(cache, 'mirrors/0123.git/pack'), Buffer.alloc(3 << 20, 1))
  await mkdir(join(cache, 'apt/state'), { recursive: true })
  expect(await clean('--all', '--dry-run')).toContain('would remove mirrors/0123.git\n')
  const text = await clean('--all')
  expect(text).toMatch(/^removed mirrors\/0123\.git, 3\.\d MiB$/m)
  expect(text).toMatch(/^removed apt, \d+\.\d MiB$/m)
  expect(text).toMatch(/; 3\.\d MiB in all\n$/)
  expect(await readdir(join(cache, 'mirrors'))).not.toContain('0123.git')
})

test('--dry-run lists and removes nothing', async () => {
  await using _used = await makeAll()
  const text = await clean('--all', '--dry-run')
  expect(text).toMatch(/^would remove trees\/unused, .*\nwould remove builds\/used, .*\n/)
  expect(text.endsWith(`${cache}: would remove 2 of 2 entries\n`)).toBe(true)
  expect((await readdir(cache)).sort()).toEqual(['builds', 'downloads', 'trees'])
})

test.each([
  [['--older-than', '7w'], '--older-than 7w: not an age'],
  [['--max-size', 'big'], '--max-size big: not a size'],
  [['--all', '--older-than', 'x'], '--older-than x'],
])('%j is refused', async (args, message) => {
  await expect(clean(...args)).rejects.toThrow(message)
})
