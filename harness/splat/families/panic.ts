// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'
import { normalizeText } from '../parse/title.ts'

const CAUSES: readonly (readonly [RegExp, string])[] = [
  [/^Attempted to kill init!/, 'init-killed'],
  [
    /Fatal [Ee]xception|^(?:Machine halted|Attempted to kill the idle task|Aiee, killing interrupt handler|Oops|Unhandled exception)/,
    'fatal-exception',
  ],
  [/panic_on_(?:warn|taint) set|kasan\.fault=|kmsan\.panic set/, 'on-warn'],
  [/^(?:hung_task|softlockup|RCU Stall|Hard LOCKUP|Watchdog detected hard LOCKUP)/i, 'lockup'],
  [/stack-protector|stack overflow|corrupted stack end/, 'stack'],
  [/^VFS: Unable to mount root|^No (?:working )?init found|^Requested init/, 'no-root'],
  [/^(?:Out of memory|out of memory|System is deadlocked on memory)/, 'oom'],
  [/sysrq triggered crash/, 'sysrq'],
  [/NMI|[Mm]achine check|SError|[Hh]ardware [Ee]rror|entered broadcast exception handler/, 'hardware'],
]

/** The published kind of a panic's cause. */
const panicKind = (cause: string): string => CAUSES.find(([re]) => re.test(cause))?.[1] ?? 'other'

const title = (match: RegExpExecArray): string => {
  const cause = match[1] ?? ''
  if (/stack-protector/.test(cause)) return 'kernel panic: stack-protector: Kernel stack is corrupted in {fn}'
  if (/corrupted stack end/.test(cause)) return 'kernel panic: corrupted stack end in {fn}'
  return `kernel panic: ${normalizeText(cause.replace(/ exitcode=\S+/, ''))}`
}

/** Panics that no other report explains. */
export const panic: Family = {
  name: 'panic',
  kinds: {
    'init-killed': 'process 1 died',
    'fatal-exception': 'panic after a fault whose report was lost',
    'on-warn': 'panic_on_warn after a report that was lost',
    lockup: 'panic after a lockup whose report was lost',
    stack: 'kernel stack overflow or corruption',
    'no-root': 'no root file system or no init',
    oom: 'out of memory, with panic_on_oom or nothing left to kill',
    sysrq: 'requested by sysrq',
    hardware: 'NMI, machine check or SError',
    other: 'any other panic',
  },
  heads: [
    {
      word: 'Kernel panic',
      re: /^(?:\S+: )?Kernel panic - not syncing: ?(.*)/,
      kind: (m) => panicKind(m[1] ?? ''),
      title,
      layer: 'panic',
      bare: true,
    },
    {
      word: 'Kernel panic',
      re: /^Kernel panic: (?!end)(.*)/,
      kind: (m) => panicKind(m[1] ?? ''),
      title,
      layer: 'panic',
      bare: true,
    },
  ],
  patience: 30,
}
