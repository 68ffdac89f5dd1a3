// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LegName } from '../../model/results.ts'

/** One thing that the fake QEMU does, `at` milliseconds after its start. Bytes are in base64. */
export interface Step {
  readonly at: number
  readonly console?: string
  readonly records?: string
  /** Sends the records this often. */
  readonly times?: number
  readonly event?: object
  readonly exit?: number
  readonly hang?: boolean
  /** Writes the file `mark` beside the scripts. */
  readonly mark?: boolean
}

/** What a guest says in one boot, before it becomes a script. */
export interface Boot {
  /** Lines of the console with their ends. */
  readonly console: readonly Line[]
  readonly records: readonly Line[]
  /** How it ends: QEMU exits after the guest's reset, or never does. */
  readonly end: 'reset' | 'hang'
  /** Console bytes in one write; all that are due when undefined. */
  readonly chunk?: number
  /** At this time of the guest it writes a mark, and waits half a second: a fault that waits for the mark is on time. */
  readonly markMs?: number
  /** Records that it sends again and again at the end. */
  readonly flood?: { readonly text: string; readonly times: number }
}

/** A text of the guest and its time in milliseconds of the guest. */
export interface Line {
  readonly ms: number
  readonly text: string
}

/** The captures and the toy kernel. */
export const FIXTURES = join(import.meta.dirname, 'fixtures')

const consoleLines = (text: string): Line[] => {
  let ms = 0
  return text.split(/(?<=\n)/).map((line) => {
    ms = Math.max(ms, Number(/^\[ *(\d+\.\d+)\]/.exec(line)?.[1] ?? 0) * 1000)
    return { ms, text: line }
  })
}

const recordLines = (text: string): Line[] =>
  text.split(/(?<=\n)/).map((line) => ({ ms: (JSON.parse(line) as { ms: number }).ms, text: line }))

/** The real capture of one leg's boot. */
export const captured = (leg: LegName): Boot => {
  const read = (name: string): string => readFileSync(join(FIXTURES, leg, name), 'latin1')
  return { console: consoleLines(read('console.log')), records: recordLines(read('records.jsonl')), end: 'reset' }
}

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')

const inChunks = (text: string, size: number): string[] =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, n) => text.slice(n * size, (n + 1) * size))

/** How long a boot takes on the host. */
export const BOOT_MS = 350

const endingOf = (end: Boot['end']): readonly Step[] =>
  end === 'hang'
    ? [{ at: BOOT_MS, hang: true }]
    : [
        { at: BOOT_MS, event: { event: 'SHUTDOWN', data: { guest: true, reason: 'guest-reset' } } },
        { at: BOOT_MS, exit: 0 },
      ]

const MARK_MS = 500

const withMark = (steps: readonly Step[], at: number): readonly Step[] => [
  ...steps.filter((step) => step.at <= at),
  { at, mark: true },
  ...steps.filter((step) => step.at > at).map((step) => ({ ...step, at: step.at + MARK_MS })),
]

/** The script of a boot: its times are compressed to a third of a second. */
export const scriptOf = ({ console, records, end, chunk, flood, markMs }: Boot): readonly Step[] => {
  const last = Math.max(1, ...[...console, ...records].map(({ ms }) => ms))
  const at = (ms: number): number => Math.round((ms / last) * BOOT_MS)
  let sentAt = 0
  // Records keep their order, whatever time they claim.
  const inTurn = (ms: number): number => {
    sentAt = Math.max(sentAt, at(ms))
    return sentAt
  }
  const steps: Step[] = [
    ...console.flatMap(({ ms, text }) =>
      (chunk === undefined ? [text] : inChunks(text, chunk)).map((part) => ({ at: at(ms), console: base64(part) })),
    ),
    ...records.map(({ ms, text }) => ({ at: inTurn(ms), records: base64(text) })),
  ]
  const sorted = steps.sort((a, b) => a.at - b.at)
  const flooding = flood ? [{ at: BOOT_MS, records: base64(flood.text), times: flood.times }] : []
  const script = [...sorted, ...flooding, ...endingOf(end)]
  return markMs === undefined ? script : withMark(script, at(markMs))
}

/** What a kernel says whose image is damaged. */
export const damaged: Boot = {
  console: consoleLines(
    [
      '[    0.000000][    T0] Linux version 6.1.192 (zsharness@zsharness) #1 SMP',
      '[    0.412001][    T1] Initramfs unpacking failed: invalid magic at start of compressed archive',
      '[    0.912001][    T1] Kernel panic - not syncing: No working init found.  Try passing init= option to kernel.',
      '[    0.912010][    T1] CPU: 0 PID: 1 Comm: swapper/0 Not tainted 6.1.192 #1',
      '[    0.912020][    T1] Call Trace:',
      '[    0.912030][    T1]  dump_stack_lvl+0x34/0x48',
      '[    0.912040][    T1]  panic+0x102/0x2b4',
      '[    0.912050][    T1]  kernel_init+0x11a/0x130',
      '[    0.912060][    T1]  ret_from_fork+0x1f/0x30',
      '[    0.912070][    T1] ---[ end Kernel panic - not syncing: No working init found. ]---',
      '',
    ].join('\r\n'),
  ),
  records: [],
  end: 'reset',
}
