// SPDX-License-Identifier: MIT
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { InterruptedError, UsageError } from '../model/errors.ts'
import type { Cluster } from '../testing/slurm/cluster.ts'
import { startCoordinator } from '../testing/slurm/coordinator.ts'
import { until } from '../testing/slurm/daemon.ts'
import { clusterOfFile } from '../testing/slurm/offile.ts'
import type { SlurmEvent } from './events.ts'
import type { SlurmOptions } from './options.ts'
import { hasEnded, type SlurmResult } from './result.ts'
import { runOnSlurm } from './run.ts'
import type { SlurmTask } from './tasks.ts'

const here = clusterOfFile('onslurm', 2, { features: { n1: ['kvm'] } })
const { missing } = here

let root: string
let cluster: Cluster
let events: SlurmEvent[]
let runs = 0
beforeEach(async () => {
  events = []
  if (missing !== undefined) return
  cluster = here.cluster
  root = join(here.top, `run${++runs}`)
  await mkdir(root)
})
afterEach(async ({ task }) => {
  if (missing !== undefined) return
  if (task.result?.state === 'fail') process.stderr.write(await cluster.logs())
  // A node that was killed comes back for the next test.
  for (const name of cluster.nodes) if (!cluster.isUp(name)) cluster.startNode(name)
  await until('all nodes are idle', async () => (await cluster.nodesIn('idle')).length === 2, 60_000)
}, 90_000)

const task = (id: string, script: string, part: Partial<SlurmTask> = {}): SlurmTask => ({
  id,
  command: ['sh', '-c', script],
  cpus: 2,
  memoryMiB: 200,
  minutes: 5,
  ...part,
})
const fifteen = (script: string) => Array.from({ length: 15 }, (_, index) => task(`t${index}`, script))
const options = (part: Partial<SlurmOptions> = {}): SlurmOptions => ({
  root,
  conf: cluster.conf,
  pollMs: 1_000,
  settleMs: 3_000,
  ...part,
})
const run = (
  tasks: readonly SlurmTask[],
  part: Partial<SlurmOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly SlurmResult[]> =>
  runOnSlurm(tasks, options(part), { signal, emit: (event) => void events.push(event) })

const inFolder = async () => (await readdir(join(root, 'tasks'))).sort()
const committed = async () =>
  (await readdir(join(root, 'tasks')).catch(() => [])).filter((name) => !name.startsWith('.')).length
const expectAll = async (results: readonly SlurmResult[], tasks: readonly SlurmTask[]): Promise<void> => {
  expect(results.map((one) => (hasEnded(one) ? one.exit : one.error))).toEqual(tasks.map(() => 0))
  expect(await inFolder()).toEqual(tasks.map(({ id }) => id).sort())
}
const noneLeft = () => until('no job is left', async () => (await cluster.ask('squeue', '-h')) === '', 30_000)

describe.skipIf(missing !== undefined)(`on two nodes${here.why}`, () => {
  test('an array and a dependent one, on the nodes that fit', async () => {
    const tasks = [
      ...Array.from({ length: 4 }, (_, index) => task(`build${index}`, 'sleep 0.5', { group: 'builds' })),
      task('boot', `ls '${root}/tasks'`, { after: 'builds', constraint: 'kvm' }),
    ]
    const results = await run(tasks)
    await expectAll(results, tasks)
    expect(results.at(-1)).toMatchObject({ node: 'n1' })
    const seen = (await readFile(join(results.at(-1)!.dir, 'stdout'), 'utf8')).split('\n')
    expect(seen).toEqual(expect.arrayContaining(['build0', 'build1', 'build2', 'build3']))
  }, 60_000)

  test('fifteen tasks, and one node dies in the midst: fifteen results', async () => {
    const tasks = fifteen('sleep 2')
    const results = run(tasks)
    await until('results', async () => (await committed()) >= 3)
    await cluster.killNode('n1')
    await expectAll(await results, tasks)
    await noneLeft()
    const lost = (await results).filter((one) => one.lost > 0)
    expect(lost.every((one) => hasEnded(one) && one.node === 'n2' && one.attempt === 2)).toBe(true)
  }, 120_000)

  test('the controller is killed after the submission and started again', async () => {
    const tasks = fifteen('sleep 1')
    const results = run(tasks)
    await until('something runs', () => events.some(({ type }) => type === 'running'))
    await cluster.restartController(3_000)
    await expectAll(await results, tasks)
    await noneLeft()
  }, 120_000)

  test('the coordinator is killed three times and resumed', async () => {
    const tasks = fifteen(`echo >>'${root}'.$ZS_ID; sleep 1`).map((one, index) => ({
      ...one,
      command: ['env', `ZS_ID=${index}`, ...one.command],
    }))
    for (const at of [0, 4, 8]) {
      const { child } = await startCoordinator(tasks, options())
      await until(
        'it got further',
        async () => (await committed()) >= at && (await inFolder().catch(() => [])).length > 0,
      )
      await sleep(Math.random() * 700)
      child.kill('SIGKILL')
      await child
    }
    await expectAll(await run(tasks), tasks)
    await noneLeft()
    // None ran twice: each was found again.
    for (const index of tasks.keys()) expect(await readFile(`${root}.${index}`, 'utf8')).toBe('\n')
  }, 120_000)

  test('Ctrl-C cancels all jobs and ends with 130', async () => {
    const { child } = await startCoordinator(fifteen('sleep 60'), options())
    await until('something runs', async () => (await inFolder().catch(() => [])).length > 0)
    child.kill('SIGINT')
    const { exitCode, all } = await child
    expect(exitCode, all).toBe(130)
    expect(all).toContain('all jobs are cancelled')
    expect(await cluster.ask('squeue', '-h')).toBe('')
    expect(await inFolder()).toEqual([])
  }, 60_000)

  test('what can never run is refused before anything is submitted', async () => {
    for (const [part, own, words] of [
      [{ cpus: 64 }, {}, 'Requested node configuration is not available'],
      [{ constraint: 'nope' }, {}, 'Invalid feature specification'],
      [{}, { partition: 'nope' }, 'invalid partition'],
    ] as const) {
      await rm(root, { recursive: true })
      await mkdir(root)
      const refused = run([task('a', 'true'), task('b', 'true', part)], own)
      await expect(refused).rejects.toThrow(UsageError)
      await expect(refused).rejects.toThrow(words)
    }
    expect(await cluster.ask('squeue', '-h')).toBe('')
  }, 60_000)

  test('a limit of time and a cancelled job are lost work, never results', async () => {
    const stop = new AbortController()
    const tasks = [task('a', 'sleep 60')]
    const results = run(tasks, {}, stop.signal)
    await until('it runs', () => events.some(({ type }) => type === 'running'))
    await cluster.ask('scancel', '--me')
    await until('it runs again', () => events.some((event) => event.type === 'running' && event.attempt === 2))
    stop.abort()
    await expect(results).rejects.toThrow(InterruptedError)
    await noneLeft()
  }, 60_000)
})
