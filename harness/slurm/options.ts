// SPDX-License-Identifier: MIT
import { isAbsolute } from 'node:path'
import { UsageError } from '../model/errors.ts'

/** Where and how tasks run. */
export interface SlurmOptions {
  /** The folder of the run: absolute, and the same on all nodes and on this machine. */
  readonly root: string
  readonly partition?: string | undefined
  readonly account?: string | undefined
  /** Features that each node must have, beside those that a task asks for. */
  readonly constraint?: string | undefined
  /** The limit of an array element, instead of the sum of its tasks' limits. */
  readonly minutes?: number | undefined
  /** Further arguments of sbatch, each as `--name=value`. */
  readonly sbatchArgs?: readonly string[] | undefined
  /** Tasks for each array element; as few as a thousand elements allow by default. */
  readonly chunk?: number | undefined
  /** Added to the environment of the tasks. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** The cluster's slurm.conf; `SLURM_CONF` or the system's by default. */
  readonly conf?: string | undefined
  /** Tasks that ask for the same ran on this cluster: if it cannot start these now, it will again. */
  readonly isTried?: boolean | undefined
  /** How often a lost task is submitted again. */
  readonly retries?: number | undefined
  readonly pollMs?: number | undefined
  /** How long after a job's end its results may still appear: a shared folder shows them late. */
  readonly settleMs?: number | undefined
  /** How long a controller that does not answer is waited for. */
  readonly silenceMs?: number | undefined
  /** How long jobs that were cancelled may take to end. */
  readonly endMs?: number | undefined
}

type WithDefault = 'retries' | 'pollMs' | 'settleMs' | 'silenceMs' | 'endMs' | 'sbatchArgs'

/** The options, with what was left out. */
export type Settled = Omit<SlurmOptions, WithDefault> & {
  readonly [K in WithDefault]: NonNullable<SlurmOptions[K]>
}

const RETRIES = 3

const OWN = 'zsharness sets it itself'
const USE = (flag: string): string => `use ${flag} of zsharness`

// What would break the engine, and why. sbatch takes every unambiguous beginning of a name.
const REFUSED: Readonly<Record<string, string>> = {
  account: USE('--account'),
  array: OWN,
  chdir: OWN,
  clusters: 'all jobs of a run are on one cluster',
  constraint: USE('--constraint'),
  'cpus-per-task': OWN,
  dependency: OWN,
  error: OWN,
  export: OWN,
  'export-file': OWN,
  help: 'it submits nothing',
  hold: 'a held job never starts',
  input: OWN,
  'job-name': OWN,
  mem: OWN,
  'mem-per-cpu': OWN,
  'mem-per-gpu': OWN,
  'no-requeue': OWN,
  nodes: OWN,
  ntasks: OWN,
  'open-mode': OWN,
  output: OWN,
  parsable: OWN,
  partition: USE('--partition'),
  requeue: OWN,
  'test-only': 'it submits nothing',
  time: USE('--time'),
  usage: 'it submits nothing',
  version: 'it submits nothing',
  wait: 'zsharness waits itself',
  wrap: OWN,
}

const refusal = (arg: string): string | undefined => {
  const [, name] = /^--([a-z][a-z0-9-]*)(?:=|$)/.exec(arg) ?? []
  if (name === undefined) return 'not an option in its long form'
  if (/[\0\n]/.test(arg)) return 'it has a control character'
  const hit = Object.keys(REFUSED).find((refused) => refused === name) ?? prefixed(name)
  return hit === undefined ? undefined : REFUSED[hit]
}

const prefixed = (name: string): string | undefined => Object.keys(REFUSED).find((refused) => refused.startsWith(name))

/** Throws a UsageError for an argument of sbatch that would break the engine. */
export const checkSbatchArgs = (args: readonly string[]): void => {
  for (const arg of args) {
    const why = refusal(arg)
    if (why !== undefined)
      throw new UsageError(
        `--sbatch-arg ${JSON.stringify(arg)}: ${why}`,
        'write it like --sbatch-arg=--reservation=NAME, or leave it out',
      )
  }
}

const checkNumber = (name: string, value: number | undefined, min: number): void => {
  if (value === undefined || (Number.isSafeInteger(value) && value >= min)) return
  throw new UsageError(`${name} ${value}: not a whole number from ${min}`, `write it in digits, like ${min}`)
}

const NAME = /^[A-Za-z0-9_.,+-]+$/
const FEATURES = /^[A-Za-z0-9_.&|()*[\]:=+-]+$/

const checkText = (name: string, value: string | undefined, form: RegExp): void => {
  if (value === undefined || form.test(value)) return
  throw new UsageError(`--${name} ${JSON.stringify(value)}: not a name that Slurm takes`, 'write it as for sbatch')
}

/** The options with their defaults; a UsageError for one that cannot work. */
export const settle = (options: SlurmOptions): Settled => {
  const { root, sbatchArgs = [] } = options
  // sbatch replaces % and backslash in the name of an output file.
  if (!isAbsolute(root) || /[%\\\n\0]/.test(root))
    throw new UsageError(`${root}: not usable as the folder of a Slurm run`, 'give an absolute path without % and \\')
  checkSbatchArgs(sbatchArgs)
  checkText('partition', options.partition, NAME)
  checkText('account', options.account, NAME)
  checkText('constraint', options.constraint, FEATURES)
  checkNumber('--time', options.minutes, 1)
  checkNumber('chunk', options.chunk, 1)
  checkNumber('retries', options.retries, 0)
  const { retries = RETRIES, pollMs = 2_000, settleMs = 5_000, silenceMs = 900_000, endMs = 60_000 } = options
  return { ...options, retries, pollMs, settleMs, silenceMs, endMs, sbatchArgs }
}
