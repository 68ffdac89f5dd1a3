// SPDX-License-Identifier: MIT
import type { Access, Frame } from '../model.ts'

/** One stack of a report, with the registers printed before it. */
export interface Trace {
  ip: Frame[]
  link: Frame[]
  readonly frames: Frame[]
  /** The instruction pointer holds no function. */
  nowhere: boolean
  /** Index in `frames` where the interrupted context starts, or null. */
  interrupted: number | null
  /** Index in `frames` where the stack of the NMI that asked for the dump ends. */
  nmi: number
}

/** Everything that the lines of one report tell. */
export interface Body {
  readonly traces: Trace[]
  readonly alloc: Frame[]
  readonly free: Frame[]
  /** Frames that lockdep names as the place where the lock is taken. */
  readonly at: Frame[]
  /** Frames that took the locks which are told as held. */
  readonly held: Frame[]
  /** First stack of each racing access. */
  readonly races: Frame[][]
  access: Access | null
  task: string | null
  pid: number | null
  cpu: number | null
  kernel: string | null
  workqueue: string | null
  dropped: boolean
  /** Lines that only a report has. */
  evidence: number
}

export const makeTrace = (): Trace => ({ ip: [], link: [], frames: [], nowhere: false, interrupted: null, nmi: 0 })
