// SPDX-License-Identifier: MIT
import { childEnv, passed } from '../lib/env.ts'
import { describeEnd, type Ended, runProcess, succeeded } from '../lib/process/run.ts'
import { HostError } from '../model/errors.ts'
import type { Settled } from './options.ts'
import {
  configValue,
  type NodeLine,
  parseJobId,
  parseSinfo,
  parseSqueue,
  type QueueLine,
  SINFO_FORMAT,
  SQUEUE_FORMAT,
} from './parse.ts'

interface Answer {
  readonly ended: Ended
  readonly out: readonly string[]
  readonly err: readonly string[]
}

/** What one of Slurm's programs said: a value, that it did not reach the controller, or that Slurm refuses. */
export type Said<T> =
  | { readonly kind: 'said'; readonly value: T }
  | { readonly kind: 'silent'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }

const DEADLINE_MS = 60_000

// Options in the environment (SBATCH_*, SQUEUE_*, SLURM_*) would change what is asked; what finds the cluster passes.
const slurmEnv = ({ conf, env }: Settled): Readonly<Record<string, string>> => ({
  ...childEnv(),
  ...passed(['SLURM_CONF', 'SLURM_JWT']),
  ...env,
  ...(conf === undefined ? {} : { SLURM_CONF: conf }),
})

const NO_PROGRAM = 'apt-get install slurm-client, and run on a machine from which jobs can be submitted'

const call = async (options: Settled, argv: readonly string[], signal?: AbortSignal): Promise<Answer> => {
  const lines = { stdout: [] as string[], stderr: [] as string[] }
  const { ended } = await runProcess(argv, {
    env: slurmEnv(options),
    cwd: options.root,
    signal,
    deadlineMs: DEADLINE_MS,
    onLine: (line, stream) => void lines[stream].push(line),
  })
  if (ended.by === 'spawn') throw new HostError(`${argv[0]} ${ended.message}`, NO_PROGRAM)
  return { ended, out: lines.stdout, err: lines.stderr }
}

// What the programs say when they do not reach the controller, or when it cannot answer now.
const SILENT =
  /unable to contact|connection refused|timed out|zero bytes were transmitted|transport endpoint|temporarily un|authentication|unexpected m(?:sg|essage)|standby|failed to fetch config|communication|lost/i

/** One line of what a program says about its failure. */
const messageOf = (argv: readonly string[], { ended, err }: Answer): string => {
  const said = err.map((line) => line.replace(/^\w+: (?:error|fatal): /, '').trim()).filter((line) => line !== '')
  return said.length === 0 ? `${argv[0]} ${describeEnd(ended)}` : [...new Set(said)].join('; ')
}

const said = <T>(argv: readonly string[], answer: Answer, read: (out: readonly string[]) => T | undefined): Said<T> => {
  const message = messageOf(argv, answer)
  if (!succeeded(answer.ended)) {
    const isSilent = answer.ended.by !== 'exit' || SILENT.test(message)
    return { kind: isSilent ? 'silent' : 'refused', message }
  }
  const value = read(answer.out)
  if (value === undefined) return { kind: 'silent', message: `${argv[0]} printed nothing that is understood` }
  return { kind: 'said', value }
}

/** Slurm's programs, on one cluster. */
export class Slurm {
  readonly #options: Settled

  constructor(options: Settled) {
    this.#options = options
  }

  async #ask<T>(
    argv: readonly string[],
    read: (out: readonly string[]) => T | undefined,
    signal?: AbortSignal,
  ): Promise<Said<T>> {
    return said(argv, await call(this.#options, argv, signal), read)
  }

  /** All array elements of this user. */
  queue(signal?: AbortSignal): Promise<Said<readonly QueueLine[]>> {
    return this.#ask(['squeue', '--me', '-h', '-r', '-t', 'all', '-o', SQUEUE_FORMAT], parseSqueue, signal)
  }

  /** The nodes of a partition; of all by default. */
  nodeLines(partition: string | undefined, signal?: AbortSignal): Promise<Said<readonly NodeLine[]>> {
    const where = partition === undefined ? ['-a'] : [`--partition=${partition}`]
    return this.#ask(['sinfo', '-h', '-N', ...where, '-o', SINFO_FORMAT], parseSinfo, signal)
  }

  /** The names of all nodes. */
  nodes(signal?: AbortSignal): Promise<Said<ReadonlySet<string>>> {
    const names = (out: readonly string[]) => new Set(parseSinfo(out).map(({ name }) => name))
    return this.#ask(['sinfo', '-h', '-N', '-a', '-o', SINFO_FORMAT], names, signal)
  }

  /** How many elements an array may have. */
  maxArraySize(signal?: AbortSignal): Promise<Said<number>> {
    const size = (out: readonly string[]): number | undefined => {
      const value = configValue(out, 'MaxArraySize')
      return value === undefined ? undefined : Number(value)
    }
    return this.#ask(['scontrol', 'show', 'config'], size, signal)
  }

  /** Whether a batch job could ever run. */
  test(argv: readonly string[], signal?: AbortSignal): Promise<Said<true>> {
    return this.#ask(argv, () => true, signal)
  }

  /** Submits; the job's id. It is never interrupted: a job would be left that nobody knows. */
  submit(argv: readonly string[]): Promise<Said<string>> {
    return this.#ask(argv, parseJobId)
  }

  async cancel(jobs: readonly string[]): Promise<void> {
    for (let at = 0; at < jobs.length; at += 200) await call(this.#options, ['scancel', ...jobs.slice(at, at + 200)])
  }
}
