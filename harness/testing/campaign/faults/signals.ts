// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Hit } from '../fault.ts'
import { freeze, hitWith, hunt, type Moment, momentOf, type Role, waitFor } from '../processes.ts'
import type { Started } from '../program.ts'
import { type Random, randomOf } from '../random.ts'
import { captured } from '../recording.ts'
import type { Stock } from '../site.ts'

/** Makes numbered faults, each with random choices of its own. */
export const numbered = (
  seed: string,
  count: number,
  name: string,
  make: (random: Random, nth: number) => Omit<Fault, 'name'> & { readonly detail?: string },
): readonly Fault[] =>
  Array.from({ length: count }, (_, nth) => {
    const own = `${name} #${nth + 1}`
    const { detail, ...fault } = make(randomOf(seed, own), nth)
    return { ...fault, name: detail === undefined ? own : `${own}: ${detail}` }
  })

const signalAt =
  (moment: Moment, signal: NodeJS.Signals) =>
  async (started: Started): Promise<Hit> => {
    const pid = await waitFor(started, moment)
    return { hit: pid !== undefined && !started.isOver() && (await hitWith(pid, signal)) }
  }

const freezeAt =
  (moment: Moment, ms: number) =>
  async (started: Started): Promise<Hit> => {
    const pid = await waitFor(started, moment)
    return { hit: pid !== undefined && (await freeze(pid, ms)) }
  }

const at = ({ role, nth, afterMs }: Moment): string =>
  role === 'harness' ? `${afterMs} ms after line ${nth}` : `${role} ${nth + 1} after ${afterMs} ms`

// The lines of progress that a run prints.
const LINES: Readonly<Record<Stock, number>> = { empty: 25, sources: 24, donor: 23, built: 22 }
const STOCKS: readonly Stock[] = ['empty', 'sources', 'donor', 'built']
const BETWEEN_LINES_MS = 200

const harness = (seed: string): readonly Fault[] => {
  const killed = (signal: 'SIGKILL' | 'SIGTERM', right: readonly string[], why: string) => (random: Random) => {
    const stock = random.pick(STOCKS)
    const moment = momentOf(random, 'harness', LINES[stock], BETWEEN_LINES_MS)
    return {
      category: `harness ${signal}`,
      stock,
      blame: 'nobody' as const,
      right,
      why,
      detail: `${stock}, ${at(moment)}`,
      during: signalAt(moment, signal),
    }
  }
  return [
    ...numbered(
      seed,
      10,
      'harness SIGKILL',
      killed('SIGKILL', ['SIGKILL none', 'SIGKILL interrupted', 'SIGKILL fixed'], 'it has no chance to say more'),
    ),
    ...numbered(
      seed,
      10,
      'harness SIGTERM',
      killed(
        'SIGTERM',
        ['130 none', '130 interrupted', 'SIGTERM none', '0 fixed'],
        'an interrupt ends with 130; before node listens, by the signal',
      ),
    ),
    ...numbered(seed, 8, 'harness SIGSTOP', (random) => {
      const stock = random.pick(STOCKS)
      const moment = momentOf(random, 'harness', LINES[stock], BETWEEN_LINES_MS)
      const ms = random.between(200, 1_500)
      return {
        category: 'harness SIGSTOP',
        stock,
        blame: 'nobody',
        right: ['0 fixed'],
        why: 'a pause shorter than every limit changes nothing',
        detail: `${stock}, ${at(moment)} for ${ms} ms`,
        during: freezeAt(moment, ms),
      }
    }),
  ]
}

// How many processes of the role a build from nothing has, on both legs together, and how long each lives.
const BUILDERS: readonly { role: Role; many: number; spanMs: number }[] = [
  { role: 'make', many: 2, spanMs: 250 },
  { role: 'sub-make', many: 2, spanMs: 250 },
  { role: 'gcc', many: 5, spanMs: 110 },
  { role: 'cc1', many: 5, spanMs: 100 },
]

const builders = (seed: string): readonly Fault[] =>
  BUILDERS.flatMap(({ role, many, spanMs }) => [
    ...(['SIGKILL', 'SIGTERM'] as const).flatMap((signal) =>
      numbered(seed, 3, `${role} ${signal}`, (random) => {
        const moment = momentOf(random, role, many, spanMs)
        return {
          category: `make, cc1 ${signal}`,
          stock: 'sources',
          blame: 'host',
          right: ['3 invalid', '3 error', '3 none', '3 interrupted'],
          why: 'who kills a compiler is the host, so the leg is an error',
          detail: at(moment),
          during: signalAt(moment, signal),
        }
      }),
    ),
    ...numbered(seed, 2, `${role} SIGSTOP`, (random) => {
      const moment = momentOf(random, role, many, spanMs)
      const ms = random.between(100, 1_200)
      return {
        category: 'make, cc1 SIGSTOP',
        stock: 'sources',
        blame: 'nobody',
        right: ['0 fixed'],
        why: 'a build that was paused is a build',
        detail: `${at(moment)} for ${ms} ms`,
        during: freezeAt(moment, ms),
      }
    }),
  ])

const QEMU_SPAN_MS = 480

const qemu = (seed: string): readonly Fault[] => [
  ...(['SIGKILL', 'SIGTERM'] as const).flatMap((signal) =>
    numbered(seed, 8, `qemu SIG${signal.slice(3)}`, (random, nth) => {
      const moment = { ...momentOf(random, 'qemu', 1, QEMU_SPAN_MS), nth: nth % 2 }
      return {
        category: `qemu ${signal}`,
        stock: 'built',
        blame: 'host',
        // The crash of the before leg may have been printed by then, and stays a crash.
        right: moment.nth === 0 ? ['3 invalid', '0 fixed'] : ['3 invalid'],
        why: 'who signals QEMU is the host; a crash that was printed before stays one',
        detail: at(moment),
        during: signalAt(moment, signal),
      }
    }),
  ),
  ...numbered(seed, 6, 'qemu SIGSTOP', (random) => {
    const moment = momentOf(random, 'qemu', 2, QEMU_SPAN_MS)
    const ms = random.between(200, 2_000)
    return {
      category: 'qemu SIGSTOP',
      stock: 'built',
      blame: 'nobody',
      right: ['0 fixed'],
      why: 'a pause shorter than every limit changes nothing',
      detail: `${at(moment)} for ${ms} ms`,
      during: freezeAt(moment, ms),
    }
  }),
]

// Under TCG: 60 s to the first record, then 80 s of silence, and 15 s after the end record.
const PAUSES: readonly { name: string; markMs: number; ms: number }[] = [
  { name: 'before the first record', markMs: 1_200, ms: 63_000 },
  { name: 'in a lane', markMs: 15_000, ms: 83_000 },
]

/** Pauses that outlast a limit; they take a minute and hardly any CPU. */
const longPauses = (seed: string): readonly Fault[] =>
  (['qemu', 'harness'] as const).flatMap((whom) =>
    PAUSES.flatMap(({ name, markMs, ms }) =>
      numbered(seed, 1, `${whom} stopped beyond the limit ${name}`, () => ({
        category: 'long SIGSTOP',
        stock: 'built',
        blame: 'host',
        right: ['3 invalid', '0 fixed'],
        why: 'a stopped machine says nothing about the kernel; one that ran on and passed may count',
        boots: { after: { ...captured('after'), markMs } },
        start: () => ({ limitMs: 200_000 }),
        during: async (started, world) => {
          while (!started.isOver() && !existsSync(join(world.dir, 'mark'))) await sleep(5)
          const pid = whom === 'qemu' ? await hunt(started, 'qemu', 0) : started.pid
          return { hit: pid !== undefined && (await freeze(pid, ms)) }
        },
      })),
    ),
  )

/** Signals to the harness, to make and the compilers, and to QEMU, at random moments. */
export const signals = (seed: string): readonly Fault[] => [
  ...longPauses(seed),
  ...harness(seed),
  ...builders(seed),
  ...qemu(seed),
]
