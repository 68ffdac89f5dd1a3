// SPDX-License-Identifier: MIT
import { rm } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { packageRoot } from '../../lib/paths.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { seconds, wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import type { Format } from '../../progress/format.ts'
import type { RunRequest } from '../../run/request.ts'
import { constraintFor, nodesOf } from '../../slurm/features.ts'
import { checkSbatchArgs } from '../../slurm/options.ts'
import { withoutCredentials } from '../../store/place.ts'
import { collect, submitOnly } from '../../submit/collect.ts'
import { createSubmission, type SubmitAsked } from '../../submit/create.ts'
import type { Submitted } from '../../submit/folder.ts'
import type { SlurmFlags } from '../../submit/model.ts'
import { withProgress } from './session.ts'

/** The flags of a submission, not yet parsed. */
export interface SubmitFlags {
  readonly submit?: 'slurm'
  readonly partition?: string
  readonly account?: string
  readonly constraint?: string
  readonly time?: string
  readonly sbatchArg?: readonly string[]
  readonly nodeCommand?: string
  /** False with `--no-wait`. */
  readonly wait?: boolean
  readonly jobs?: string
  readonly baseline?: string
  readonly format?: Format
}

/** Flags that a submission cannot be combined with. */
interface Others {
  readonly watch?: boolean
  readonly bell?: boolean
  readonly shard?: string
  readonly part?: string
  readonly installDeps?: boolean
  readonly patch?: readonly string[]
  readonly extraPatch?: readonly string[]
}

const WITH_VALUE = [
  ...['--submit', '--partition', '--account', '--constraint', '--time', '--sbatch-arg', '--node-command'],
  ...['--format', '--results', '--baseline'],
]
const ALONE = ['--wait', '--no-wait']

const isOfSubmission = (word: string): boolean =>
  ALONE.includes(word) || WITH_VALUE.some((flag) => word === flag || word.startsWith(`${flag}=`))

/**
 * The arguments for the nodes: without those that only the submission needs. A plan that is named behind one of these goes
 * to the front: it would become one more value of a flag before it that takes several, such as --tree.
 */
export const nodeArgv = ([command, ...argv]: readonly string[]): readonly string[] => {
  const kept: string[] = []
  const named: string[] = []
  let isBehind = false
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (isOfSubmission(word)) {
      isBehind = true
      if (WITH_VALUE.includes(word)) at++
      continue
    }
    if (word.startsWith('-')) isBehind = false
    ;(isBehind ? named : kept).push(word)
  }
  return command === undefined ? [] : [command, ...named, ...kept]
}

const refuse = (flag: string, why: string, hint: string): never => {
  throw new UsageError(`${flag} and --submit slurm: ${why}`, hint)
}

const ofSubmission = (flags: SubmitFlags): readonly (readonly [string, unknown])[] => [
  ['--partition', flags.partition],
  ['--account', flags.account],
  ['--constraint', flags.constraint],
  ['--time', flags.time],
  ['--sbatch-arg', flags.sbatchArg],
  ['--node-command', flags.nodeCommand],
  ['--no-wait', flags.wait === false ? true : undefined],
]

/** Whether to submit; a UsageError for flags that make no sense together. */
export const asksToSubmit = (flags: SubmitFlags & Others): boolean => {
  if (flags.submit === undefined) {
    const [stray] = ofSubmission(flags).find(([, value]) => value !== undefined) ?? []
    if (stray !== undefined)
      throw new UsageError(`${stray} needs --submit slurm`, `add --submit slurm, or leave ${stray} out`)
    return false
  }
  if (flags.watch || flags.bell) refuse('--watch', 'edits cannot cancel what nodes run', 'leave one of them out')
  if (flags.shard !== undefined)
    refuse('--shard', 'the cluster gets the whole plan, in parts of its own', 'leave --shard out')
  if (flags.part !== undefined) refuse('--part', 'it is a part already', 'leave --submit out')
  if (flags.installDeps)
    refuse('--install-deps', 'a job installs nothing on a node', 'prepare the nodes: zsharness doctor')
  if ([...(flags.patch ?? []), ...(flags.extraPatch ?? [])].includes('-'))
    refuse('--patch -', 'a node cannot read standard input', 'save the patch to a file that the nodes see')
  return true
}

const minutesFrom = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Math.max(1, Math.ceil(seconds('--time', text) / 60))

/** The flags for sbatch, checked. */
export const slurmFrom = (flags: SubmitFlags): SlurmFlags => {
  const sbatchArgs = [...(flags.sbatchArg ?? [])]
  checkSbatchArgs(sbatchArgs)
  const { partition, account, constraint } = flags
  const minutes = minutesFrom(flags.time)
  return {
    ...(partition === undefined ? {} : { partition }),
    ...(account === undefined ? {} : { account }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(minutes === undefined ? {} : { minutes }),
    sbatchArgs,
  }
}

// A build on two CPUs fits on every node; --jobs asks for more.
const BUILD_CPUS = 2

/** What runs zsharness on a node. */
export const programFrom = ({ nodeCommand }: SubmitFlags): readonly string[] => {
  if (nodeCommand === undefined) return [process.execPath, join(packageRoot, 'dist/cli.js')]
  // A job has another working folder. A name alone is looked for in the node's own PATH.
  if (nodeCommand.includes('/')) return [resolve(nodeCommand)]
  if (/^\S+$/.test(nodeCommand)) return [nodeCommand]
  return refuse(
    `--node-command ${JSON.stringify(nodeCommand)}`,
    'it is one program, without arguments',
    'give its path on the nodes, or its name in their PATH',
  )
}

/** The features that the node of an architecture must have; what the user gives wins. */
export const constraintsFrom = async ({
  constraint,
  partition,
}: SubmitFlags): Promise<(arch: string) => string | undefined> => {
  if (constraint !== undefined) return () => undefined
  const nodes = await nodesOf(partition, interruptSignal())
  return (arch) => constraintFor(arch, nodes)
}

/** The CPUs of a task that builds. */
export const buildCpusFrom = ({ jobs }: SubmitFlags): number =>
  jobs === undefined ? BUILD_CPUS : wholeNumber('--jobs', jobs, 1, 1024)

const askedFrom = async (flags: SubmitFlags): Promise<SubmitAsked> => {
  const argv = nodeArgv(process.argv.slice(2))
  if (withoutCredentials(argv).some((word, index) => word !== argv[index]))
    throw new UsageError(
      '--store has a user or a password, which jobs would show to everybody',
      'give it in $ZSHARNESS_STORE instead: jobs get that variable',
    )
  return {
    cwd: process.cwd(),
    program: programFrom(flags),
    argv,
    slurm: slurmFrom(flags),
    buildCpus: buildCpusFrom(flags),
    baseline: flags.baseline,
    constraintOf: await constraintsFrom(flags),
  }
}

/** What to do with a run that nobody waits for. */
export const nextSteps = (root: string): string =>
  [
    `submitted: ${root}`,
    `  look:    zsharness slurm status ${root}`,
    `  wait:    zsharness slurm collect ${root}`,
    `  cancel:  zsharness slurm cancel ${root}`,
    '',
  ].join('\n')

/** A machine without Slurm's programs cannot submit. */
export const requireSbatch = async (path: string = process.env.PATH ?? ''): Promise<void> => {
  for (const dir of path.split(delimiter)) if (await exists(join(dir, 'sbatch'))) return
  throw new UsageError(
    '--submit slurm: there is no sbatch in $PATH',
    'submit on a machine of the cluster, or: apt-get install slurm-client',
  )
}

/** What Slurm refused at once leaves nothing behind. */
const orRemove = async <T>({ root }: Submitted, work: Promise<T>): Promise<T> => {
  try {
    return await work
  } catch (error) {
    if (error instanceof UsageError) await rm(root, { recursive: true, force: true })
    throw error
  }
}

/** Submits a request; waits for it and sets the exit code, unless `--no-wait` is given. */
export const submitRequest = async (request: RunRequest, flags: SubmitFlags): Promise<void> => {
  await requireSbatch()
  const submitted = await createSubmission(request, await askedFrom(flags))
  if (flags.wait !== false) {
    await withProgress(flags.format, async (session) => {
      process.exitCode = (await orRemove(submitted, collect(submitted, session))).run.exitCode
    })
    return
  }
  const emit = (event: { readonly type: string; readonly text?: string }): void => {
    if (event.type === 'note') process.stderr.write(`zsharness: ${event.text}\n`)
  }
  await orRemove(submitted, submitOnly(submitted, { emit, signal: interruptSignal() }))
  process.stdout.write(nextSteps(submitted.root))
}
