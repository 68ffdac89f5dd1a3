// SPDX-License-Identifier: MIT
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach } from 'vitest'
import type { SlurmEvent } from '../../slurm/events.ts'
import type { SlurmOptions } from '../../slurm/options.ts'
import { hasEnded, type SlurmResult } from '../../slurm/result.ts'
import { runOnSlurm } from '../../slurm/run.ts'
import type { SlurmTask } from '../../slurm/tasks.ts'
import { FakeSlurm } from './fake.ts'

/** What a test of the engine has: a new folder and a new fake cluster for each test. */
export class OnFake {
  root = ''
  slurm!: FakeSlurm
  events: SlurmEvent[] = []

  async start(): Promise<void> {
    this.root = await mkdtemp(join(tmpdir(), 'zsharness-slurmrun-'))
    this.slurm = await FakeSlurm.start()
    this.events = []
  }

  async stop(): Promise<void> {
    await this.slurm[Symbol.asyncDispose]()
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 })
  }

  get options(): SlurmOptions {
    return { root: this.root, env: this.slurm.env, pollMs: 60, settleMs: 300 }
  }

  run(
    tasks: readonly SlurmTask[],
    part: Partial<SlurmOptions> = {},
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly SlurmResult[]> {
    return runOnSlurm(tasks, { ...this.options, ...part }, { signal, emit: (event) => void this.events.push(event) })
  }

  /** A script that leaves a mark each time it runs. */
  marked(id: string, then = ''): string {
    return `printf x >>'${this.root}/ran-${id}'; ${then}`
  }

  /** A script that goes on once `open` was called, so that no test races with the end of its tasks; it outlives no test. */
  gated(): string {
    return `while [ -d '${this.root}' ] && ! [ -e '${this.root}/go' ]; do sleep 0.05; done`
  }

  open(): Promise<void> {
    return writeFile(join(this.root, 'go'), '')
  }

  async timesRun(id: string): Promise<number> {
    return (await readFile(join(this.root, `ran-${id}`), 'utf8')).length
  }

  async folders(): Promise<readonly string[]> {
    return (await readdir(join(this.root, 'tasks'))).sort()
  }
}

/** Prepares each test of a file. */
export const onFakeSlurm = (): OnFake => {
  const here = new OnFake()
  beforeEach(() => here.start())
  afterEach(() => here.stop())
  return here
}

export const task = (id: string, script = `echo ${id}`, part: Partial<SlurmTask> = {}): SlurmTask => ({
  id,
  command: ['sh', '-c', script],
  cpus: 1,
  memoryMiB: 100,
  minutes: 1,
  ...part,
})

export const many = (count: number, script?: string): readonly SlurmTask[] =>
  Array.from({ length: count }, (_, index) => task(`t${index}`, script))

export const errorOf = (result: SlurmResult | undefined): string => (result && !hasEnded(result) ? result.error : '')

export const until = async (isSo: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await isSo())) await sleep(10)
}
