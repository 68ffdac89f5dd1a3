// SPDX-License-Identifier: MIT
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { translateProgram } from '../testing/bisect/program.ts'
import { type FlakyHistory, flakyHistory, flakyScript } from '../testing/bisect/repo.ts'
import { isFull, often } from '../testing/often.ts'
import { FakeSlurm } from '../testing/slurm/fake.ts'
import { JOURNAL, readJournal } from './journal/journal.ts'
import type { JournalRecord } from './journal/records.ts'

let root: string
let main: string
let flaky: FlakyHistory
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-killed-'))
  main = await translateProgram(root)
  flaky = flakyHistory(join(root, 'flaky'), 30, 19, [6, 14, 25])
}, 240_000)
afterAll(() => rm(root, { recursive: true, force: true }))

const bisect = (args: readonly string[], cwd = root, env: Readonly<Record<string, string>> = {}) =>
  execa(process.execPath, [main, 'bisect', ...args], { cwd, env, reject: false, stdin: 'ignore', all: true })

describe('bisect as a separate process', () => {
  test('gives the same answer after kills at random moments', async () => {
    const results = join(root, 'results')
    const dir = join(results, 'latest-bisect')
    const script = flakyScript(join(root, 'half.sh'), 50)
    const start = ['--tree', `git:${flaky.repo.dir}#main`, '--good', flaky.good, '--script', `sleep 0.05; ${script}`]
    const lines = async (): Promise<number> => (await readJournal(dir).catch(() => [])).length
    let kept = 0
    for (let kill = 0; kill < often(2, 4); kill++) {
      const child = (await lines()) === 0 ? bisect([...start, '--results', results]) : bisect(['resume', dir])
      // At least one more record each time, so that the kills come at different places.
      while ((await lines()) <= kept && child.exitCode === null) await sleep(10)
      await sleep(Math.random() * 120)
      child.kill('SIGKILL')
      await child
      expect(await lines()).toBeGreaterThanOrEqual(kept)
      kept = await lines()
    }
    // What a git that was killed with the harness leaves.
    for (const index of ['tree', 'compose']) await writeFile(join(dir, `scratch/${index}.index.lock`), '')
    const { exitCode, all } = await bisect(['resume', dir])
    expect(exitCode, all).toBe(0)
    const report = JSON.parse(await readFile(join(dir, 'report.json'), 'utf8'))
    expect(report.culprit.id).toBe(flaky.culprit)
  }, 240_000)

  describe('git bisect run with bisect step finds the same commit', () => {
    const whole = () => ['main', flaky.good]
    // Where a commit is shown does not depend on the number of steps. The first one cannot be tested.
    const part = () => [flaky.commits[20]!, flaky.commits[8]!]
    const found = async (cwd: string, percent: number, ends: readonly string[], ...start: string[]): Promise<void> => {
      const { repo, culprit } = flaky
      repo.git('-C', cwd, 'bisect', 'start', ...start, ...ends)
      const script = flakyScript(join(root, 'step.sh'), percent)
      const step = [process.execPath, main, 'bisect', 'step', '--script', script, '--hit-rate', `${percent / 100}`]
      const { all } = await execa('git', ['bisect', 'run', ...step], { cwd, all: true, reject: false })
      expect(all).toContain(`${culprit} is the first bad commit`)
      repo.git('-C', cwd, 'bisect', 'reset')
    }

    test.runIf(isFull)('in its own checkout, with a flaky symptom', () => found(flaky.repo.dir, 50, whole()), 240_000)
    test('in a linked work tree, without a checkout', async () => {
      const linked = join(root, 'linked')
      flaky.repo.git('worktree', 'add', '--quiet', '--detach', linked, 'main')
      await found(linked, 100, part(), '--no-checkout')
    }, 240_000)
  })
})

/** What a journal says but for times, and for what else differs from try to try. */
const lasting = (records: readonly JournalRecord[]): readonly unknown[] =>
  records.map((record) => {
    if (record.t === 'start') return { t: record.t, commits: record.commits }
    const { at: _, ...rest } = record
    return rest.t === 'run' ? { ...rest, durationMs: 0, placed: null } : rest
  })

describe('on a cluster', () => {
  let slurm: FakeSlurm
  let node: string
  let short: FlakyHistory
  beforeAll(async () => {
    slurm = await FakeSlurm.start()
    short = flakyHistory(join(root, 'short'), 5, 3, [])
    node = join(root, 'node')
    // It does to an answer what `spoil` says: once, or always.
    await writeFile(
      node,
      `#!/bin/sh
spoil=$(cat '${root}/spoil' 2>/dev/null)
[ "$spoil" != lost ] || exit 1
'${process.execPath}' '${main}' "$@" || exit
[ -z "$spoil" ] || { rm '${root}/spoil'; sed -i "$spoil" answer.json; }
`,
    )
    await chmod(node, 0o755)
  }, 60_000)
  afterAll(() => slurm[Symbol.asyncDispose]())

  const submit = (name: string) => {
    const marks = join(root, `${name}.marks`)
    const script = `echo "$ZSHARNESS_COMMIT $ZSHARNESS_RUN" >>'${marks}'; ! grep -q bad state`
    const { repo, good } = short
    return {
      dir: join(root, name, 'latest-bisect'),
      marks: async (): Promise<readonly string[]> => (await readFile(marks, 'utf8')).trimEnd().split('\n'),
      start: [
        ...['--tree', `git:${repo.dir}#main`, '--good', good, '--script', script, '--deterministic', '--no-proof'],
        ...['--submit', 'slurm', '--node-command', node, '--results', join(root, name)],
      ],
    }
  }
  const found = async (dir: string): Promise<string> =>
    JSON.parse(await readFile(join(dir, 'report.json'), 'utf8')).culprit.id

  test('a killed search goes on, on one journal, and tests nothing twice', async () => {
    const { dir, start, marks } = submit('again')
    const first = bisect(start, root, slurm.env)
    const isSent = async () => (await readJournal(dir).catch(() => [])).some(({ t }) => t === 'sent')
    while (!(await isSent())) await sleep(10)
    const second = await bisect(['resume', dir], root, slurm.env)
    expect([second.exitCode, second.all]).toEqual([2, expect.stringContaining('another process')])
    first.kill('SIGKILL')
    await first
    const { exitCode, all } = await bisect(['resume', dir], root, slurm.env)
    expect(exitCode, all).toBe(0)
    expect(await found(dir)).toBe(short.culprit)
    const records = await readJournal(dir)
    const ran = records.flatMap((one) => (one.t === 'run' && one.run > 0 ? [`${one.commit} ${one.run}`] : []))
    expect((await marks()).toSorted()).toEqual(ran.toSorted())

    // As after a kill between any two of its records: what is in the folder is found again.
    const text = await readFile(join(dir, JOURNAL), 'utf8')
    const lines = text.trimEnd().split('\n')
    await writeFile(join(dir, JOURNAL), `${lines.slice(0, Math.floor(lines.length / 2)).join('\n')}\n`)
    const cut = await bisect(['resume', dir], root, slurm.env)
    expect(cut.exitCode, cut.all).toBe(0)
    expect(lasting(await readJournal(dir))).toEqual(lasting(records))
    expect(await marks()).toHaveLength(ran.length)
  }, 240_000)

  // Each try is lost only after a while.
  test.runIf(isFull)(
    'lost results are no verdict',
    async () => {
      const { dir, start } = submit('lost')
      await writeFile(join(root, 'spoil'), 'lost')
      const lost = await bisect(start, root, slurm.env)
      await rm(join(root, 'spoil'))
      expect([lost.exitCode, lost.all]).toEqual([3, expect.stringContaining('lost 4 times')])
      const outcomes = (await readJournal(dir)).flatMap((one) =>
        one.t === 'run' && one.run === 0 ? [one.outcome] : [],
      )
      expect(outcomes).toEqual(['built', 'infra'])
      expect((await readJournal(dir)).some((one) => one.t === 'run' && one.run > 0)).toBe(false)
      const { exitCode, all } = await bisect(['resume', dir], root, slurm.env)
      expect(exitCode, all).toBe(0)
      expect(await found(dir)).toBe(short.culprit)
    },
    240_000,
  )

  // The check itself has a table of its own.
  test.runIf(isFull)(
    'the answer of another run is no verdict',
    async () => {
      const { dir, start } = submit('other')
      // The bad end's first run: as another commit's it would be taken for good.
      await writeFile(
        join(root, 'spoil'),
        `s/${short.commits.at(-1)}/${short.good}/; s/"sightings":.*]/"sightings": []/`,
      )
      const { exitCode, all } = await bisect(start, root, slurm.env)
      expect(exitCode, all).toBe(0)
      expect(all).toContain(`it is run 1 of ${short.good.slice(0, 12)}`)
      expect(await found(dir)).toBe(short.culprit)
    },
    240_000,
  )
})
