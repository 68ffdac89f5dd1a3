// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { exists } from '../files/exists.ts'
import { acquireLock, tryLock } from '../locks/lock.ts'
import { packageRoot } from '../paths.ts'
import { lockFile, obtain } from './store.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-store-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('locks', () => {
  test('exclude each other, and are free once disposed', async () => {
    const file = join(root, 'a.lock')
    {
      await using held = await tryLock(file)
      expect(held).toBeDefined()
      expect(await tryLock(file)).toBeUndefined()
      expect(await tryLock(file, 'shared')).toBeUndefined()
    }
    await using again = await tryLock(file)
    expect(again).toBeDefined()
  })

  test('shared ones do not exclude each other', async () => {
    const file = join(root, 'a.lock')
    await using one = await tryLock(file, 'shared')
    await using two = await tryLock(file, 'shared')
    expect([one, two].every(Boolean)).toBe(true)
    expect(await tryLock(file)).toBeUndefined()
  })

  test('are free at once when their holder was killed', async () => {
    const file = join(root, 'a.lock')
    const holder = spawn('flock', [file, 'sleep', '60'], { detached: true })
    const isFree = async (): Promise<boolean> => {
      await using lock = await tryLock(file)
      return lock !== undefined
    }
    while (await isFree()) await sleep(20)
    process.kill(-(holder.pid ?? 0), 'SIGKILL')
    await using lock = await acquireLock(file)
    expect(lock).toBeDefined()
  })

  test('waiting ends on abort', async () => {
    const file = join(root, 'a.lock')
    await using _held = await tryLock(file)
    await expect(acquireLock(file, { signal: AbortSignal.timeout(100) })).rejects.toThrow('interrupted')
  })
})

describe('obtain', () => {
  const make = (log: string[]) => async (dir: string) => {
    log.push('made')
    await sleep(50)
    await writeFile(join(dir, 'file'), 'x')
    return { n: 1 }
  }

  test('makes an entry once for concurrent users', async () => {
    const log: string[] = []
    const entries = await Promise.all(Array.from({ length: 5 }, () => obtain(root, 'k', make(log))))
    expect(log).toEqual(['made'])
    expect(entries.map((entry) => entry.meta)).toEqual(Array(5).fill({ n: 1 }))
    expect(entries.filter((entry) => !entry.cached)).toHaveLength(1)
    for (const entry of entries) await entry[Symbol.asyncDispose]()
  })

  test('a failed maker leaves nothing that looks like an entry', async () => {
    const failing = async (dir: string): Promise<object> => {
      await writeFile(join(dir, 'half'), 'x')
      throw new Error('disk')
    }
    await expect(obtain(root, 'k', failing)).rejects.toThrow('disk')
    expect((await readdir(root)).filter((name) => !name.endsWith('.lock'))).toEqual([])
  })

  test('the next maker replaces what a killed one left', async () => {
    await mkdir(join(root, '.staging-k'), { recursive: true })
    await writeFile(join(root, '.staging-k', 'stale'), 'x')
    await writeFile(join(root, 'k.json.0123456789ab.tmp'), '{')
    await writeFile(join(root, 'other.json.0123456789ab.tmp'), '{')
    await using entry = await obtain(root, 'k', make([]))
    expect(await readdir(entry.dir)).toEqual(['file'])
    expect((await readdir(root)).sort()).toEqual(['k', 'k.json', 'k.lock', 'other.json.0123456789ab.tmp'])
  })

  test('what a maker has started that was killed does not write into the folder of the next one', async () => {
    const loader = join(packageRoot, 'harness/testing/ts-loader.mjs')
    const url = (path: string): string => JSON.stringify(pathToFileURL(join(packageRoot, 'harness/lib', path)).href)
    const code = `import { obtain } from ${url('cache/store.ts')}
import { sh } from ${url('process/sh.ts')}
await obtain(${JSON.stringify(root)}, 'k', (dir) => sh\`while :; do echo x > \${dir}/stale; sleep 0.01; done\`)`
    const maker = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], { stdio: 'inherit' })
    const stale = join(root, '.staging-k/stale')
    await vi.waitFor(async () => expect(await exists(stale)).toBe(true), 30_000)
    maker.kill('SIGKILL')
    await using entry = await obtain(root, 'k', async (dir) => {
      await writeFile(join(dir, 'own'), '')
      await sleep(500)
      return {}
    })
    expect(await readdir(entry.dir)).toEqual(['own'])
  })

  test('an entry whose bytes are not what they were is made again', async () => {
    const log: string[] = []
    const isIntact = async (dir: string): Promise<boolean> => (await readFile(join(dir, 'file'), 'utf8')) === 'x'
    const options = { isIntact, onDamage: () => void log.push('damaged') }
    for (const damage of [false, true, false]) {
      await using entry = await obtain(root, 'k', make(log), options)
      expect(await isIntact(entry.dir)).toBe(true)
      if (damage) await writeFile(join(entry.dir, 'file'), 'y')
    }
    expect(log).toEqual(['made', 'damaged', 'made'])
  })

  test('an entry whose description was changed is made again, though it still is JSON', async () => {
    const log: string[] = []
    await (await obtain(root, 'k', make(log)))[Symbol.asyncDispose]()
    const file = join(root, 'k.json')
    await writeFile(file, (await readFile(file, 'utf8')).replace('"n": 1', '"n": 2'))
    await using entry = await obtain(root, 'k', make(log))
    expect(entry.meta).toEqual({ n: 1 })
    expect(log).toEqual(['made', 'made'])
  })

  test('an entry in use cannot be locked for removal', async () => {
    {
      await using _entry = await obtain(root, 'k', make([]))
      expect(await tryLock(lockFile(root, 'k'))).toBeUndefined()
    }
    await using lock = await tryLock(lockFile(root, 'k'))
    expect(lock).toBeDefined()
  })
})
