// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { translateProgram } from '../testing/bisect/program.ts'
import { type FlakyHistory, flakyHistory, flakyScript } from '../testing/bisect/repo.ts'
import { readJournal } from './journal/journal.ts'

let root: string
let main: string
let flaky: FlakyHistory
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-killed-'))
  main = await translateProgram(root)
  flaky = flakyHistory(join(root, 'flaky'), 30, 19, [6, 14, 25])
}, 240_000)
afterAll(() => rm(root, { recursive: true, force: true }))

const bisect = (args: readonly string[], cwd = root) =>
  execa(process.execPath, [main, 'bisect', ...args], { cwd, reject: false, stdin: 'ignore', all: true })

describe('bisect as a separate process', () => {
  test('gives the same answer after four kills at random moments', async () => {
    const results = join(root, 'results')
    const dir = join(results, 'latest-bisect')
    const script = flakyScript(join(root, 'half.sh'), 50)
    const start = ['--tree', `git:${flaky.repo.dir}#main`, '--good', flaky.good, '--script', `sleep 0.05; ${script}`]
    const lines = async (): Promise<number> => (await readJournal(dir).catch(() => [])).length
    let kept = 0
    for (let kill = 0; kill < 4; kill++) {
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

    test('in its own checkout, with a flaky symptom', () => found(flaky.repo.dir, 50, whole()), 240_000)
    test('in a linked work tree, without a checkout', async () => {
      const linked = join(root, 'linked')
      flaky.repo.git('worktree', 'add', '--quiet', '--detach', linked, 'main')
      await found(linked, 100, part(), '--no-checkout')
    }, 240_000)
  })
})
