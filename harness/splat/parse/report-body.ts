// SPDX-License-Identifier: MIT
import type { Access, Frame } from '../model.ts'

/** One stack of a report, with the registers printed before it. */
export interface Trace {
  ip: Frame[]
  link: Frame[]
  readonly frames: Frame[]
  /** The instruction pointer holds no function. */
  nowhere: boolean
  /** Index in `frames` where the interrupted context starts. */
  interrupted: number | undefined
  /** Index in `frames` where the stack of the NMI that asked for the dump ends. */
  nmi: number
  /** A line that begins a stack, or registers, came before its frames. */
  headed: boolean
}

/** Everything that the lines of one report contain. */
export interface Body {
  traces: Trace[]
  readonly alloc: Frame[]
  readonly free: Frame[]
  /** Frames that lockdep names as the place where the lock is taken. */
  readonly at: Frame[]
  /** Frames that took the locks which are listed as held. */
  readonly held: Frame[]
  /** First stack of each racing access. */
  readonly races: Frame[][]
  access: Access | undefined
  task: string | undefined
  pid: number | undefined
  cpu: number | undefined
  /** Those that lines with the current task name. */
  readonly pids: number[]
  /** Frames without a heading were left out. */
  orphans: boolean
  kernel: string | undefined
  workqueue: string | undefined
  dropped: boolean
  /** What other CPUs do came first, and nothing of the task itself after it. */
  othersFirst: boolean
  /** A CPU that is shown runs a program, or only came out of an interrupt to go back to one. */
  inProgram: boolean
  /** The function that the instruction pointer names cannot be read. */
  damaged: boolean
  /** Number of lines that only a report has. */
  evidence: number
}

/** A stack without frames. */
export const makeTrace = (): Trace => ({
  ip: [],
  link: [],
  frames: [],
  nowhere: false,
  interrupted: undefined,
  nmi: 0,
  headed: false,
})

/** A report without lines. */
export const makeBody = (): Body => ({
  traces: [],
  alloc: [],
  free: [],
  at: [],
  held: [],
  races: [],
  access: undefined,
  task: undefined,
  pid: undefined,
  cpu: undefined,
  pids: [],
  orphans: false,
  kernel: undefined,
  workqueue: undefined,
  dropped: false,
  othersFirst: false,
  inProgram: false,
  damaged: false,
  evidence: 0,
})
