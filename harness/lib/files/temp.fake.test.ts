// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { packageRoot } from '../paths.ts'
import { exists } from './exists.ts'
import { inTempDir, sweepTempDirs } from './temp.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsh-temp-'))
  vi.stubEnv('TMPDIR', dir)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

/** A process that has a temporary folder, and keeps it. */
const keeper = async () => {
  const url = pathToFileURL(join(import.meta.dirname, 'temp.ts')).href
  const code = `import { writeFileSync } from 'node:fs'
import { inTempDir } from ${JSON.stringify(url)}
await inTempDir('kept', async (dir) => {
  writeFileSync(dir + '/swap.img', 'x')
  console.log(dir)
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})`
  const loader = join(packageRoot, 'harness/testing/ts-loader.mjs')
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [chunk] = await once(child.stdout, 'data')
  const end = async (how: NodeJS.Signals): Promise<void> => {
    child.kill(how)
    await once(child, 'exit')
  }
  return { dir: String(chunk).trim(), end }
}

test('a folder is empty at first, and gone at the end', async () => {
  const used = await inTempDir('own', async (own) => {
    expect(await readdir(own)).toEqual([])
    await writeFile(join(own, 'file'), 'x')
    return own
  })
  expect(await exists(used)).toBe(false)
  expect(await readdir(dir)).toEqual([])
})

test('what a process leaves that was killed by SIGKILL, the next one removes; not what is still in use', async () => {
  const [killed, running] = [await keeper(), await keeper()]
  await killed.end('SIGKILL')
  expect(await exists(killed.dir)).toBe(true)
  await vi.waitFor(async () => expect(await sweepTempDirs()).toBe(1), 10_000)
  expect(await exists(killed.dir)).toBe(false)
  expect(await exists(running.dir)).toBe(true)
  await running.end('SIGKILL')
  await vi.waitFor(async () => expect(await sweepTempDirs()).toBe(1), 10_000)
  expect(await readdir(dir)).toEqual([])
})

test('folders that are swept while their owners remove them are removed all the same', async () => {
  const owners = Array.from({ length: 8 }, async () => {
    for (let nth = 0; nth < 5; nth++) await inTempDir('own', async (own) => writeFile(join(own, 'file'), 'x'))
  })
  let done = false
  const sweeper = (async () => {
    while (!done) await sweepTempDirs()
  })()
  await Promise.all(owners)
  done = true
  await sweeper
  expect(await readdir(dir)).toEqual([])
})

test('one that was killed before it had its folder, or the lock on it, leaves nothing either', async () => {
  await writeFile(join(dir, 'zsharness-own-00beef.lock'), '')
  expect(await sweepTempDirs()).toBe(1)
  expect(await readdir(dir)).toEqual([])
})

test('a folder and a file of that name that are not ours stay', async () => {
  const others = ['zsharness-output', 'zsharness-results', 'zsharness-results.lock']
  await mkdir(join(dir, others[0]!))
  await mkdir(join(dir, others[1]!))
  await writeFile(join(dir, others[2]!), '')
  expect(await sweepTempDirs()).toBe(0)
  expect((await readdir(dir)).sort()).toEqual(others)
})

test('a folder is for its user alone', async () => {
  await inTempDir('own', async (own) => expect((await stat(join(own, '..'))).mode & 0o777).toBe(0o700))
})
