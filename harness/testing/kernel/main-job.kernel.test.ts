// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTempDir } from '../../lib/files/temp.ts'
import { cacheRoot, packageRoot } from '../../lib/paths.ts'
import type { CellResult, RunResult } from '../../model/results.ts'
import { type CliResult, cli, latestRun, spawnCli } from '../cli.ts'
import { isFull } from '../often.ts'
import { outcomeOf } from '../outcome.ts'
import { type Running, runningWith } from '../processes.ts'

let results: string
beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'zsharness-results-'))
})
afterAll(() => rm(results, { recursive: true, force: true }))

const X86 = ['--arch', 'x86_64', '--config', 'zpool-on', '--format', 'plain', '--explore', 'off']
const fault = (name: string): string[] => [
  '--extra-patch',
  join(packageRoot, 'harness/testing/faults', `${name}.patch`),
]

/** A run, and what it says for the message of a failed test. */
const zsharness = async (...args: string[]): Promise<{ ended: CliResult; run: RunResult; outcome: string }> => {
  const ended = await cli(['run', ...X86, '--results', results, ...args])
  const run = await latestRun(results)
  return { ended, run, outcome: await outcomeOf(results, run) }
}

const legOf = (run: RunResult, leg: string): CellResult => run.cells.find((cell) => cell.leg === leg)!

/** The builds and VMs that use the cache of this test; other runs on this host do not count. */
const processes = (): readonly Running[] =>
  runningWith(cacheRoot()).filter(({ command }) => /qemu-system-|zsharness-guard|\bmake\b/.test(command))

/** Waits for the VM; the short probes of an accelerator do not boot a kernel. */
const vmPids = async (): Promise<readonly number[]> => {
  for (;;) {
    const vms = processes().filter(({ command }) => /^qemu-system-x86_64 .* -kernel /.test(command))
    if (vms.length > 0) return vms.map(({ pid }) => pid)
    await sleep(200)
  }
}

describe('the main job', () => {
  test('the race shows before and not after, so the verdict is fixed', async () => {
    const { ended, run, outcome } = await zsharness('--explore', 'on', '--explore-budget', '5m')
    expect(run, outcome).toMatchObject({
      verdict: 'fixed',
      exitCode: 0,
      interrupted: false,
      pairs: [{ verdict: 'fixed' }],
    })
    expect(ended.exitCode, outcome).toBe(0)
    const before = legOf(run, 'before')
    expect(before.findings.some(({ signature }) => signature)).toBe(true)
    const after = legOf(run, 'after')
    expect(after, outcome).toMatchObject({ verdict: 'pass', findings: [], evidence: { cpusOnline: 2 } })
    expect(after.evidence.writtenBackPages).toBeGreaterThan(100)
    expect(after.evidence.hits).toBeGreaterThan(0)
    expect(after.evidence.failedEvictions).toBeGreaterThan(0)
    // The race shows in the model too, and is gone there.
    const explored = run.pairs[0]!.explored!
    expect(explored, explored?.reason).toMatchObject({ status: 'explored', path: 'explore', arch: 'x86_64' })
    expect(explored.patchLines!.executed).toBe(explored.patchLines!.executable)
    expect(explored.failures).toMatchObject([{ leg: 'before', signature: true, file: 'mm/zsmalloc.c' }])
    const page = await readFile(join(results, 'latest/explore/explore.html'), 'utf8')
    expect(page).toContain('zs_map_object')
    expect(await readFile(join(results, 'latest/report.html'), 'utf8')).toContain('href="explore/explore.html"')
  })

  test('sha256sum accepts the manifest of the results', async () => {
    execFileSync('sha256sum', ['--check', '--quiet', 'manifest.sha256'], { cwd: join(results, 'latest') })
    expect(await readFile(join(results, 'latest/cells/x86_64-zpool-on-kasan-after/.config'), 'utf8')).toContain(
      'CONFIG_KASAN=y',
    )
  })

  test('a second run takes the kernels from the cache and compiles nothing', async () => {
    const { run, outcome } = await zsharness('--leg', 'after', '--lane', 'pump', '--duration', '10s')
    expect(run, outcome).toMatchObject({
      verdict: 'pass',
      exitCode: 0,
      cells: [{ kernel: { cached: true, compiled: 0 } }],
    })
    expect(run.cells[0]!.evidence.writtenBackPages).toBeGreaterThan(0)
  })

  test('no process is left behind', () => {
    expect(processes()).toEqual([])
  })
})

describe('planted faults', () => {
  test('a null dereference in zs_malloc is reported', async () => {
    const { ended, run, outcome } = await zsharness('--leg', 'after', '--lane', 'pump', ...fault('null-deref'))
    expect(ended.exitCode, outcome).toBe(1)
    expect(run, outcome).toMatchObject({ verdict: 'fail', cells: [{ verdict: 'fail' }] })
    const found = run.cells[0]!.findings.find(({ oracle }) => oracle === 'console')
    expect(found).toMatchObject({
      title: expect.stringMatching(/null-ptr-deref.* zs_malloc|NULL.* zs_malloc/),
      file: 'mm/zsmalloc.c',
    })
    expect(found?.line).toBeGreaterThan(1000)
  })

  test.runIf(isFull)('a hang before init is reported', async () => {
    const { ended, run, outcome } = await zsharness('--leg', 'after', '--lane', 'pump', ...fault('hang-before-init'))
    expect(ended.exitCode, outcome).toBe(1)
    expect(run.cells[0], outcome).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('hung before init'),
    })
  })

  test('a panic before init is reported', async () => {
    const { ended, run, outcome } = await zsharness('--leg', 'after', '--lane', 'pump', ...fault('panic-in-init'))
    expect(ended.exitCode, outcome).toBe(1)
    expect(run.cells[0], outcome).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/panic.*planted by zsharness/i),
    })
  })

  test('a QEMU killed from outside is an error, not a failure of the kernel', async () => {
    const child = spawnCli(['run', ...X86, '--results', results, '--leg', 'after', '--lane', 'pump'])
    const pids = await vmPids()
    await sleep(3_000)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    expect((await child).exitCode).toBe(3)
    expect((await latestRun(results)).cells[0]).toMatchObject({
      verdict: 'error',
      reason: 'QEMU was killed by SIGKILL',
    })
  })

  test('Ctrl-C ends all processes within seconds and leaves a readable run', async () => {
    const child = spawnCli(['run', ...X86, '--results', results, '--leg', 'after', '--lane', 'pump'])
    await vmPids()
    const pressed = performance.now()
    child.kill('SIGINT')
    expect((await child).exitCode).toBe(130)
    expect(performance.now() - pressed).toBeLessThan(5_000)
    expect(processes()).toEqual([])
    expect(await latestRun(results)).toMatchObject({ interrupted: true, exitCode: 130 })
  })
})

test.runIf(isFull)('4 concurrent runs from two checkouts share one cache and all pass', () =>
  inTempDir('checkout', async (other) => {
    execFileSync('cp', [
      '-a',
      ...['dist', 'guest', 'kconfigs', 'patches', 'node_modules', 'package.json'].map((name) =>
        join(packageRoot, name),
      ),
      other,
    ])
    const runs = [packageRoot, other, packageRoot, other].map((root, index) =>
      cli(
        [
          'run',
          ...X86,
          '--leg',
          'after',
          '--lane',
          'pump',
          '--duration',
          '5s',
          '--results',
          join(other, `results-${index}`),
        ],
        { root },
      ),
    )
    expect((await Promise.all(runs)).map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
  }),
)
