// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import type { Executed, Fault } from '../fault.ts'
import { HALF_MADE } from '../fault.ts'
import { lingering } from '../processes.ts'
import { argvOf, envOf, type Ran, readRun } from '../program.ts'
import type { Random } from '../random.ts'
import type { Stock, World } from '../site.ts'
import { numbered } from './signals.ts'

const STAGE = join(import.meta.dirname, '../stage.sh')

/** Which folder is on the full disk, how many KiB it may still take, and from when on. */
interface Full {
  readonly what: 'c' | 'r' | 't'
  readonly roomKiB: number
  /** Milliseconds after a line of progress; at once when undefined. */
  readonly later: { readonly line: number; readonly afterMs: number } | undefined
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '')

const ranOf = async ({ dir }: World, name: string, results: string, ms: number): Promise<Ran> => ({
  code: Number(await textOf(join(dir, `${name}.code`))),
  signal: null,
  output: await textOf(join(dir, `${name}.out`)),
  ms,
  ...(await readRun(join(dir, results))),
})

const leftOf = async ({ dir }: World, name: string): Promise<readonly string[]> => {
  const lines = async (file: string): Promise<string[]> =>
    (await textOf(join(dir, `${name}.${file}`))).split('\n').filter((line) => line !== '')
  return [
    ...(await lines('tmp')).map((line) => `TMPDIR/${line}`),
    ...(await lines('cache')).filter((line) => HALF_MADE.test(line.split('/')[1] ?? '')).map((line) => `cache/${line}`),
  ]
}

const fillLater = async (world: World, { line, afterMs }: { line: number; afterMs: number }, isOver: () => boolean) => {
  const lines = async (): Promise<number> => (await textOf(join(world.dir, 'first.out'))).split('\n').length - 1
  while (!isOver() && (await lines()) < line) await sleep(5)
  await sleep(afterMs)
  await writeFile(join(world.dir, 'full'), '')
}

const fillDisk =
  ({ what, roomKiB, later }: Full) =>
  async (world: World): Promise<Executed> => {
    const began = performance.now()
    const program = argvOf(world, {}).slice(0, -2)
    const stage = ['sh', STAGE, world.dir, what, `${roomKiB}`, later ? 'later' : 'now', ...program]
    const child = spawn('unshare', ['-rm', ...stage], {
      env: envOf(world),
      cwd: world.dir,
      detached: true,
      stdio: 'ignore',
    })
    let over = false
    const ended = new Promise<number | null>((resolve) => void child.on('exit', (code) => resolve(code)))
    void ended.then(() => {
      over = true
    })
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 120_000)
    if (later) await fillLater(world, later, () => over)
    const code = await ended
    clearTimeout(timer)
    if (code === 99) throw new Error('unshare -rm cannot mount a tmpfs')
    const processes = (await lingering(world.dir)).map((text) => `process ${text}`)
    return {
      first: await ranOf(world, 'first', what === 'r' ? 'first.results' : 'r', performance.now() - began),
      hit: { hit: true },
      left: await leftOf(world, 'first'),
      next: await ranOf(world, 'next', 'r2', 0),
      nextLeft: [...processes, ...(await leftOf(world, 'next'))],
    }
  }

const RIGHT = ['0 fixed', '3 none', '3 interrupted', '3 error', '3 invalid', '3 fixed']

const full = (seed: string, count: number, name: string, make: (random: Random) => Full & { stock: Stock }) =>
  numbered(seed, count, name, (random) => {
    const { stock, ...one } = make(random)
    const when = one.later ? `${one.later.afterMs} ms after line ${one.later.line}` : 'from the start'
    return {
      category: `full disk: ${name.replace(/^a full disk under /, '')}`,
      stock,
      blame: 'host',
      right: RIGHT,
      why: 'a full disk is the host; where there was enough room, nothing happened',
      detail: `${stock}, ${one.roomKiB} KiB left, ${when}`,
      execute: fillDisk(one),
    }
  })

/** Whether this host lets a test mount a small disk. */
export const canMount = async (): Promise<boolean> =>
  (await execa({ reject: false })`unshare -rm mount -t tmpfs -o size=1m x /mnt`).exitCode === 0

/** A disk that becomes full under the cache, the results or TMPDIR, at a random byte. */
export const disks = (seed: string): readonly Fault[] => [
  ...full(seed, 8, 'a full disk under the cache', (random) => ({
    what: 'c',
    // A page at a time: a tmpfs has no smaller unit.
    roomKiB: 4 * random.between(0, 60),
    stock: random.pick(['empty', 'sources', 'donor']),
    // With less than 3 GiB free no build starts, so it gets full later.
    later: { line: random.between(0, 10), afterMs: random.between(0, 300) },
  })),
  ...full(seed, 8, 'a full disk under the results', (random) => ({
    what: 'r',
    roomKiB: 4 * random.between(0, 90),
    stock: random.pick(['built', 'donor']),
    later: undefined,
  })),
  ...full(seed, 8, 'a full disk under TMPDIR', (random) => ({
    what: 't',
    roomKiB: 4 * random.between(0, 14),
    stock: random.pick(['built', 'sources']),
    later: random.between(0, 2) === 0 ? undefined : { line: random.between(0, 16), afterMs: random.between(0, 100) },
  })),
]
