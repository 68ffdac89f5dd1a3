// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** What the host has done for a process so far. Times are totals in milliseconds; undefined where the host does not say. */
export interface HostSample {
  /** CPU time of the process. */
  readonly cpuMs: number
  /** Time that its threads were ready to run, but had no CPU. */
  readonly waitedMs: number | undefined
  /** CPU time that the hypervisor of this host gave to others, for each CPU. */
  readonly stealMs: number | undefined
  /** Time in which any process of this host waited for a CPU. */
  readonly pressureMs: number | undefined
  /** Somebody has stopped it: SIGSTOP, or a debugger. */
  readonly stopped: boolean
  /** A thread waits for the host's disk and cannot be interrupted. */
  readonly blocked: boolean
}

// USER_HZ, in which the kernel reports CPU time to every program.
const MS_PER_TICK = 10

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

interface Stat {
  readonly state: string
  readonly cpuMs: number
}

/** Reads /proc/PID/stat. The name in it may hold blanks and parentheses. */
export const parseStat = (text: string): Stat => {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK }
}

/** Steal time of each CPU, of /proc/stat. */
export const parseSteal = (text: string, cpus: number): number | undefined => {
  const steal = /^cpu +(?:\d+ ){7}(\d+)/m.exec(text)?.[1]
  return steal === undefined ? undefined : (Number(steal) * MS_PER_TICK) / cpus
}

/** The total of `some` in /proc/pressure/cpu. */
export const parsePressure = (text: string): number | undefined => {
  const total = /^some .*total=(\d+)/m.exec(text)?.[1]
  return total === undefined ? undefined : Number(total) / 1000
}

const threadsOf = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`)
  } catch {
    return []
  }
}

const waitedBy = (threads: readonly string[]): number | undefined => {
  const delays = threads.map((thread) => read(`${thread}/schedstat`)?.split(' ')[1])
  if (delays.every((delay) => delay === undefined)) return undefined
  return delays.reduce((sum, delay) => sum + Number(delay ?? 0), 0) / 1e6
}

/** Measures a process; undefined once it has ended. */
export const sampleHost = (pid: number): HostSample | undefined => {
  const text = read(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const { state, cpuMs } = parseStat(text)
  const threads = threadsOf(pid)
  return {
    cpuMs,
    waitedMs: waitedBy(threads),
    stealMs: parseSteal(read('/proc/stat') ?? '', availableParallelism()),
    pressureMs: parsePressure(read('/proc/pressure/cpu') ?? ''),
    stopped: state === 'T' || state === 't',
    blocked: threads.some((thread) => parseStat(read(`${thread}/stat`) ?? '').state === 'D'),
  }
}
