// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Executed, Fault, Hit } from '../fault.ts'
import { filesLeft } from '../fault.ts'
import { freeze, hitWith, hunt, lingering, waitFor } from '../processes.ts'
import { outcomeOf, type Started, startProgram } from '../program.ts'
import type { Random } from '../random.ts'
import type { Stock, World } from '../site.ts'
import { numbered } from './signals.ts'

const SPIN = 'for (;;) Math.random()'

const spinners = (count: number): readonly ChildProcess[] =>
  Array.from({ length: count }, () => spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }))

/** Busy loops until the program ends. */
const beside =
  (count: number) =>
  async (started: Started): Promise<Hit> => {
    const loops = spinners(count)
    try {
      await started.ended
      return { hit: true }
    } finally {
      for (const loop of loops) loop.kill('SIGKILL')
    }
  }

/** Stops the guest again and again, for less than any limit. */
const stutter =
  (random: Random) =>
  async (started: Started): Promise<Hit> => {
    for (let nth = 0; nth < 2; nth++) {
      const pid = await hunt(started, 'qemu', nth)
      for (let stop = 0; pid !== undefined && stop < 4; stop++) {
        await freeze(pid, random.between(50, 400))
        await sleep(random.between(5, 60))
      }
    }
    return { hit: true }
  }

const STOCKS: readonly Stock[] = ['built', 'donor', 'sources']

const starved = (seed: string): readonly Fault[] => [
  ...numbered(seed, 4, 'starved by busy loops at nice 19', (random) => {
    const count = random.between(2, 6)
    return {
      category: 'starved CPUs',
      stock: random.pick(STOCKS),
      blame: 'nobody',
      right: ['0 fixed'],
      why: 'slow is not wrong, within the limits',
      detail: `${count} loops`,
      start: () => ({ prefix: ['nice', '-n', '19'], limitMs: 120_000 }),
      during: beside(count),
    }
  }),
  ...numbered(seed, 4, 'a guest that stutters', (random) => ({
    category: 'starved CPUs',
    stock: random.pick(STOCKS),
    blame: 'nobody',
    right: ['0 fixed'],
    why: 'slow is not wrong, within the limits',
    during: stutter(random),
  })),
]

const killAfterLine = async (other: Started, line: number, afterMs: number): Promise<boolean> => {
  const pid = await waitFor(other, { role: 'harness', nth: line, afterMs })
  return pid !== undefined && (await hitWith(pid, 'SIGKILL'))
}

interface Pairing {
  readonly delayMs: number
  /** The line of progress after which the first one is killed. */
  readonly kill: { readonly line: number; readonly afterMs: number } | undefined
}

/** Runs two programs on one cache; the verdict that counts is the second one's. */
const together =
  ({ delayMs, kill }: Pairing) =>
  async (world: World): Promise<Executed> => {
    const other = startProgram(world, { results: 'r0' })
    const killed = kill === undefined ? undefined : killAfterLine(other, kill.line, kill.afterMs)
    await sleep(delayMs)
    const own = startProgram(world)
    const [first, beside] = await Promise.all([own.ended, other.ended])
    const dead = (await killed) === true
    const left = (await lingering(world.dir)).map((text) => `process ${text}`)
    // What a killed harness leaves, the next run removes.
    const files = dead ? [] : filesLeft(world)
    const twin =
      dead || outcomeOf(beside) === '0 fixed'
        ? []
        : [`the other harness: ${outcomeOf(beside)}: ${beside.output.slice(-300)}`]
    const next = await startProgram(world, { results: 'r2' }).ended
    const nextLeft = [...(await lingering(world.dir)).map((text) => `process ${text}`), ...filesLeft(world)]
    return { first, hit: { hit: true }, left: [...left, ...files, ...twin], next, nextLeft }
  }

const twins = (seed: string): readonly Fault[] =>
  (['nobody is killed', 'one is killed'] as const).flatMap((name, index) =>
    numbered(seed, 5, `two harnesses, ${name}`, (random) => {
      const stock = random.pick(['empty', 'sources', 'donor', 'built'] as const)
      const delayMs = random.between(0, 900)
      const kill = index === 0 ? undefined : { line: random.between(0, 22), afterMs: random.between(0, 200) }
      return {
        category: 'two harnesses on one cache',
        stock,
        blame: 'nobody',
        right: ['0 fixed'],
        why: 'they share the cache; what happens to one is nothing to the other',
        detail: `${stock}, ${delayMs} ms apart${kill ? `, killed ${kill.afterMs} ms after line ${kill.line}` : ''}`,
        execute: together({ delayMs, kill }),
      }
    }),
  )

/** Starved CPUs, and two harnesses at once. */
export const load = (seed: string): readonly Fault[] => [...starved(seed), ...twins(seed)]
