// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Started } from './program.ts'
import type { Random } from './random.ts'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    // It ended meanwhile.
    return ''
  }
}

const argvOf = (pid: number): readonly string[] => read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1)

const childrenOf = (pid: number): readonly number[] => {
  let threads: string[] = []
  try {
    threads = readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
  return threads
    .flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).trim().split(' '))
    .flatMap((word) => (word === '' ? [] : [Number(word)]))
}

const descendantsOf = (pid: number): readonly number[] =>
  childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)])

/** Whose process is meant. */
export const ROLES = {
  make: (argv: readonly string[]) => argv[0] === 'make' && !argv.includes('SUB=1') && argv.includes('bzImage'),
  'sub-make': (argv: readonly string[]) => argv.includes('SUB=1') && argv.includes('bzImage'),
  gcc: (argv: readonly string[]) => argv[0] === 'gcc' && argv.some((word) => word.startsWith('-Wp,-MMD')),
  cc1: (argv: readonly string[]) => argv.some((word) => /(^|\/)cc1$/.test(word)) && argv.includes('-MMD'),
  // Not the probe for KVM, which boots a firmware.
  qemu: (argv: readonly string[]) => argv.includes('-kernel') && argv.some((word) => word.endsWith('/fake-qemu.mjs')),
} as const
export type Role = keyof typeof ROLES

const POLL_MS = 4

/** Waits for the nth process of this role below the program; undefined when the program ends first. */
export const hunt = async (started: Started, role: Role, nth: number): Promise<number | undefined> => {
  const seen = new Set<number>()
  while (!started.isOver()) {
    for (const pid of descendantsOf(started.pid)) if (ROLES[role](argvOf(pid))) seen.add(pid)
    const found = [...seen][nth]
    if (found !== undefined) return found
    await sleep(POLL_MS)
  }
  return undefined
}

/** Sends a signal; false when the process has ended. */
const send = (pid: number, signal: NodeJS.Signals): boolean => {
  // A zombie has no arguments any more, and takes no signal.
  if (argvOf(pid).length === 0) return false
  try {
    process.kill(pid, signal)
    return true
  } catch {
    return false
  }
}

const STOP_MS = 2_000

// The third field; the second may have blanks and parentheses.
const stateOf = (pid: number): string => /\) (\S)/.exec(read(`/proc/${pid}/stat`))?.[1] ?? ''

/** Stops a process; false when it ends instead: one that is on its way out takes no signal any more. */
const stop = async (pid: number): Promise<boolean> => {
  if (!send(pid, 'SIGSTOP')) return false
  for (const until = performance.now() + STOP_MS; performance.now() < until; await sleep(1)) {
    const state = stateOf(pid)
    if (state === 'T') return true
    if (state === '' || state === 'Z') return false
  }
  return false
}

/** Sends a signal to a process that is certain to take it; false when the process ends by itself. */
export const hitWith = async (pid: number, signal: NodeJS.Signals): Promise<boolean> => {
  const stopped = await stop(pid)
  const hit = stopped && send(pid, signal)
  send(pid, 'SIGCONT')
  return hit
}

/** Stops a process for a while. */
export const freeze = async (pid: number, ms: number): Promise<boolean> => {
  const hit = await stop(pid)
  await sleep(ms)
  send(pid, 'SIGCONT')
  return hit
}

/** The processes that belong to a folder: by their arguments, their environment or their working folder. */
export const processesOf = (dir: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      let cwd = ''
      try {
        cwd = readlinkSync(`/proc/${name}/cwd`)
      } catch {
        // It ended meanwhile, or is another user's.
      }
      const argv = argvOf(Number(name)).join(' ')
      const own = [`${argv}\0`, read(`/proc/${name}/environ`), `${cwd}\0`].some(
        (text) => text.includes(`${dir}/`) || text.includes(`${dir}\0`),
      )
      return own && argv !== '' ? [`${name} ${argv.slice(0, 160)}`] : []
    })

const LINGER_MS = 5_000

/** The processes of a folder that are still there after five seconds. */
export const lingering = async (dir: string): Promise<readonly string[]> => {
  const until = performance.now() + LINGER_MS
  for (;;) {
    const found = processesOf(dir)
    if (found.length === 0 || performance.now() > until) return found
    await sleep(30)
  }
}

/** A moment in the life of the nth process of a role, or after the nth line of the harness's progress. */
export interface Moment {
  readonly role: Role | 'harness'
  readonly nth: number
  readonly afterMs: number
}

const afterLine = async (started: Started, line: number): Promise<number | undefined> => {
  while (!started.isOver() && started.lines() < line) await sleep(POLL_MS)
  return started.isOver() ? undefined : started.pid
}

/** Waits for the moment; returns the process, or undefined when it never came. */
export const waitFor = async (started: Started, { role, nth, afterMs }: Moment): Promise<number | undefined> => {
  const pid = role === 'harness' ? await afterLine(started, nth) : await hunt(started, role, nth)
  if (pid !== undefined) await sleep(afterMs)
  return pid
}

/** A random moment. */
export const momentOf = (random: Random, role: Moment['role'], kinds: number, spanMs: number): Moment => ({
  role,
  nth: random.between(0, kinds),
  afterMs: random.between(0, spanMs),
})
