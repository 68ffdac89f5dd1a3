// SPDX-License-Identifier: MIT
import { fingerprint } from './engine/build.ts'
import type { Splat } from './model.ts'

export type MachineEnd = 'lost-guest' | 'no-output' | 'unexpected-reboot'

const ENDS = {
  'lost-guest': { kind: 'gone', title: 'lost connection to guest' },
  'no-output': { kind: 'silent', title: 'no output from guest' },
  'unexpected-reboot': { kind: 'banner', title: 'unexpected kernel reboot' },
} as const satisfies Record<MachineEnd, { kind: string; title: string }>

/** A finding that only the one who ran the machine can make: it went silent, or away. */
export const machineSplat = (
  family: MachineEnd,
  known: Partial<Pick<Splat, 'kernel' | 'timeS' | 'line' | 'lines' | 'consequenceOf'>> = {},
): Splat => {
  const { kind, title } = ENDS[family]
  return {
    family,
    kind,
    title,
    function: null,
    corrupted: null,
    access: null,
    task: null,
    pid: null,
    cpu: null,
    kernel: null,
    workqueue: null,
    frames: [],
    allocStack: [],
    freeStack: [],
    timeS: null,
    line: 0,
    consequenceOf: null,
    fingerprint: fingerprint([family, kind, title]),
    lines: [],
    ...known,
  }
}
