// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { passed, userEnv } from '../../lib/env.ts'
import { writeJson } from '../../lib/files/atomic.ts'
import { HostError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import type { SlurmEvent } from '../../slurm/events.ts'
import type { Accept } from '../../slurm/news.ts'
import type { SlurmOptions } from '../../slurm/options.ts'
import { type EndedTask, hasEnded, type SlurmResult } from '../../slurm/result.ts'
import { runOnSlurm } from '../../slurm/run.ts'
import type { SlurmTask } from '../../slurm/tasks.ts'
import { codeKey } from '../../submit/code.ts'
import { wordsOf } from '../../submit/progress.ts'
import type { OpenTester } from '../continue.ts'
import type { StartRecord, Submitted, TestPlan } from '../journal/records.ts'
import type { Answer, RemoteTester } from '../tester.ts'
import { readAnswer, whyNot } from './accept.ts'
import { type Found, type PartFile, type PartId, startKey } from './model.ts'

// A search waits for each answer before it asks for the next.
const POLL_MS = 1_000
const START_MIN = 20
const BUILD_MIN = 30
const BOOT_MIN = 10

/** Far more than a job takes: it only ends what hangs. A boot may have to build, on a node that has not its kernel. */
const minutesOf = (plan: TestPlan): number =>
  plan.by === 'script' ? START_MIN + Math.ceil(plan.timeoutS / 60) : START_MIN + BUILD_MIN + BOOT_MIN

// Options of Slurm's programs in the environment would change what is submitted.
const OF_SLURM = /^(?:SBATCH|SLURM|SQUEUE|SINFO|SCANCEL)_/

/** What the jobs see: a script may need whatever the user has set. */
const envFor = ({ by }: TestPlan): Readonly<Record<string, string>> =>
  by === 'script'
    ? Object.fromEntries(Object.entries(userEnv()).filter(([name]) => !OF_SLURM.test(name)))
    : passed(['ZSHARNESS_CACHE', 'ZSHARNESS_STORE', 'ZSHARNESS_LOCKS'])

const idOf = ({ run }: PartId): string => (run === 0 ? 'build' : `run${run}`)

const taskOf = (submit: Submitted, plan: TestPlan, id: PartId, root: string): SlurmTask => ({
  id: idOf(id),
  command: [...submit.program, 'bisect', '--part', join(root, 'parts', `${idOf(id)}.json`), '--format', 'jsonl'],
  cpus: submit.cpus,
  memoryMiB: submit.memoryMiB,
  minutes: minutesOf(plan),
})

const answerFrom = (id: PartId, result: SlurmResult & EndedTask, tools: string, found: Found): Answer => {
  const { run } = id
  if (found.kind === 'wrong') return { run, kind: 'failed', error: new UsageError(found.why, found.hint ?? undefined) }
  const { node, job, attempt, startedAt, endedAt, dir } = result
  const rest = {
    run,
    durationMs: Date.parse(endedAt) - Date.parse(startedAt),
    dir,
    placed: { node, job, attempt, tools },
  }
  if (found.kind === 'ready' || found.kind === 'unbuildable') return { ...rest, kind: 'built', prepared: found }
  return { ...rest, kind: 'ran', tested: found }
}

/** A script builds what it needs itself, so that the tree alone tells whether two commits are the same. */
const unbuilt = ({ run, tree }: PartId, dir: string): Answer => {
  const prepared = { kind: 'ready', image: tree, why: 'its script builds it', sightings: [] } as const
  return { run, kind: 'built', durationMs: 0, dir, placed: null, prepared }
}

class SlurmTester implements RemoteTester {
  readonly atOnce: number
  readonly #start: StartRecord
  readonly #submit: Submitted
  readonly #treeOf: (id: string) => Promise<string>
  /** The compiler and accelerator of the results so far. */
  #tools: string | undefined

  constructor(
    start: StartRecord,
    submit: Submitted,
    treeOf: (id: string) => Promise<string>,
    tools: string | undefined,
  ) {
    this.atOnce = submit.atOnce
    this.#start = start
    this.#submit = submit
    this.#treeOf = treeOf
    this.#tools = tools
  }

  readonly send: RemoteTester['send'] = async (commit, runs, root, context) => {
    const ids = await this.#partsOf(commit, runs).catch((error: unknown) => {
      if (error instanceof UsageError) return error
      throw error
    })
    if (ids instanceof UsageError) return runs.map((run) => ({ run, kind: 'failed', error: ids }))
    if (this.#start.plan.by === 'script' && runs[0] === 0) return [unbuilt(ids[0]!, root)]
    await this.#write(root, ids)
    const tasks = ids.map((id) => taskOf(this.#submit, this.#start.plan, id, root))
    const results = await runOnSlurm(tasks, this.#options(root), this.#engine(ids, context))
    return Promise.all(ids.map((id, index) => this.#answer(id, results[index]!)))
  }

  async #partsOf(commit: string, runs: readonly number[]): Promise<readonly PartId[]> {
    const own = { start: startKey(this.#start), commit, tree: await this.#treeOf(commit), code: await codeKey() }
    return runs.map((run) => ({ ...own, run }))
  }

  async #write(root: string, ids: readonly PartId[]): Promise<void> {
    await mkdir(join(root, 'parts'), { recursive: true })
    for (const id of ids) {
      const part: PartFile = { schemaVersion: 1, bisection: this.#submit.dir, id }
      await writeJson(join(root, 'parts', `${idOf(id)}.json`), part)
    }
  }

  #options(root: string): SlurmOptions {
    // Nodes may be drained for a while after a controller was lost.
    const isTried = this.#tools !== undefined
    return { root, ...this.#submit.slurm, isTried, chunk: 1, pollMs: POLL_MS, env: envFor(this.#start.plan) }
  }

  #engine(ids: readonly PartId[], { emit, signal, scope }: Context) {
    const accept: Accept = async ({ task, dir, exit }) => {
      if (exit !== 0) return `zsharness ended with ${exit}`
      const answer = await readAnswer(dir)
      if (!answer) return 'its answer is missing or damaged'
      const why = whyNot(ids.find((id) => idOf(id) === task)!, this.#tools, answer)
      if (why === undefined) this.#tools ??= answer.tools
      return why
    }
    const tell = (event: SlurmEvent): void => {
      const said = wordsOf(event, '')
      if (said) emit({ type: 'note', scope, ...said })
    }
    return { signal, accept, emit: tell }
  }

  async #answer(id: PartId, result: SlurmResult): Promise<Answer> {
    const { run } = id
    if (!hasEnded(result))
      return { run, kind: 'failed', error: new HostError(`${idOf(id)}: ${result.error}`, result.remedy) }
    const answer = await readAnswer(result.dir)
    if (!answer) throw new HostError(`${result.dir}: the answer is gone`, 'resume the bisection')
    return answerFrom(id, result, answer.tools, answer.found)
  }
}

/** Builds and boots on the nodes of a Slurm cluster, as the start of the bisection says. */
export const onSlurm: OpenTester = async ({ start, runs }, sources) => {
  if (start.submit === null) throw new Error('the bisection was not submitted')
  const treeOf = async (id: string) => (await sources.of(id)).tree
  const tools = runs.find(({ placed }) => placed !== null)?.placed?.tools
  return { remote: new SlurmTester(start, start.submit, treeOf, tools) }
}
