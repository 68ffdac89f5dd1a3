// SPDX-License-Identifier: MIT
import { type ChildProcess, spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RunResult, run as runSchema } from '../../model/results.ts'
import type { World } from './site.ts'

/** How one run of the program ended, and what it left in its results folder. */
export interface Ran {
  readonly code: number | null
  readonly signal: string | null
  readonly output: string
  readonly run: RunResult | undefined
  /** A run.json that cannot be read. */
  readonly broken: boolean
  readonly ms: number
}

/** How the program is started. */
export interface Start {
  /** In front of the command, such as `nice -n 19`. */
  readonly prefix?: readonly string[]
  readonly tree?: string
  readonly env?: Readonly<Record<string, string>>
  readonly results?: string
  readonly limitMs?: number
}

/** A running program. */
export interface Started {
  readonly pid: number
  readonly child: ChildProcess
  readonly isOver: () => boolean
  /** How many lines it has printed. */
  readonly lines: () => number
  readonly ended: Promise<Ran>
}

/** The environment of a run: nothing of this process's but PATH. */
export const envOf = (world: World): Readonly<Record<string, string>> => ({
  PATH: `${world.bin}:${process.env.PATH ?? '/usr/bin:/bin'}`,
  HOME: world.dir,
  TMPDIR: world.tmp,
  ZSHARNESS_CACHE: world.cache,
  ZSHARNESS_LOCKS: join(world.cache, 'locks'),
})

/** The program's argv. */
export const argvOf = (world: World, { tree, results = 'r' }: Start): readonly string[] => [
  process.execPath,
  world.site.main,
  'run',
  ...['--arch', 'x86_64', '--config', 'zpool-on', '--series', 'toy', '--format', 'plain'],
  // A toy has no objects that could be explored.
  ...['--explore', 'off'],
  // Those of the captures.
  ...['--lane', 'race', 'pump', 'restore', 'classes'],
  ...['--tree', tree ?? `dir:${world.site.tree}`, '--results', join(world.dir, results)],
]

/** The newest run of a results folder. */
export const readRun = async (dir: string): Promise<Pick<Ran, 'run' | 'broken'>> => {
  const names = (await readdir(dir).catch(() => [])).filter((name) => /^\d/.test(name)).sort()
  const text = await readFile(join(dir, names.at(-1) ?? 'none', 'run.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return { run: undefined, broken: false }
  try {
    return { run: runSchema.parse(JSON.parse(text)), broken: false }
  } catch {
    return { run: undefined, broken: true }
  }
}

const LIMIT_MS = 60_000

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Starts the program in a group of its own. */
export const startProgram = (world: World, start: Start = {}): Started => {
  const began = performance.now()
  const [file, ...args] = [...(start.prefix ?? []), ...argvOf(world, start)] as [string, ...string[]]
  const env = { ...envOf(world), ...start.env }
  const child = spawn(file, args, { cwd: world.dir, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const pid = child.pid!
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const timer = setTimeout(() => {
    output += '\n(the campaign stopped it: it did not end)\n'
    killGroup(pid)
  }, start.limitMs ?? LIMIT_MS)
  let over = false
  const ended = new Promise<Ran>((resolve) => {
    child.on('exit', (code, signal) => {
      over = true
      clearTimeout(timer)
      // What holds the output open after its end is a leftover, and is counted as one.
      setTimeout(async () => {
        const found = await readRun(join(world.dir, start.results ?? 'r'))
        resolve({ code, signal, output, ms: performance.now() - began, ...found })
      }, 20)
    })
  })
  return { pid, child, isOver: () => over, lines: () => output.split('\n').length - 1, ended }
}

/** The outcome in two words: `0 fixed`, `3 invalid`, `130 interrupted`, `3 none`, `SIGKILL interrupted`. */
export const outcomeOf = ({ code, signal, run, broken }: Pick<Ran, 'code' | 'signal' | 'run' | 'broken'>): string => {
  const what = broken ? 'unreadable' : run === undefined ? 'none' : run.interrupted ? 'interrupted' : run.verdict
  return `${code ?? signal} ${what}`
}
