// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cli, latestRun } from '../cli.ts'
import { outcomeOf } from '../outcome.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-holds-long-'))
  await writeFile(join(dir, 'faults.config'), FAULTS)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const FAULTS = ['FAULT_INJECTION', 'FAILSLAB', 'FAULT_INJECTION_DEBUG_FS']
  .map((option) => `CONFIG_${option}=y\n`)
  .join('')

/** The kernels that the harness boots, the posted patch on 6.1. */
const KERNELS = [
  { tree: 'debian:6.1', arch: 'x86_64', series: 'zsmalloc-deferred-handles' },
  { tree: 'debian:6.1', arch: 'arm64', series: 'zsmalloc-deferred-handles' },
  { tree: 'debian:6.12', arch: 'x86_64', series: 'none' },
  { tree: 'debian:7.3', arch: 'x86_64', series: 'none' },
]

const run = async ({ tree, arch, series }: (typeof KERNELS)[number], ...flags: readonly string[]) => {
  const where = ['--tree', tree, '--arch', arch, '--series', series, '--config', 'zpool-on', '--leg', 'after']
  await cli(['run', ...where, '--runs', '1', '--explore', 'off', '--results', dir, '--format', 'plain', ...flags])
  const result = await latestRun(dir)
  return { cell: result.cells[0]!, outcome: await outcomeOf(dir, result) }
}

test.each(KERNELS)(
  'allocations of the workers and of kworkers fail, one after another, on $tree, $arch',
  async (kernel) => {
    const sweeps = ['allocation 1 to 20 fails', 'allocation 1 to 10 fails in kworkers'].flatMap((text) => [
      '--hold',
      text,
    ])
    const faults = ['--kconfig', join(dir, 'faults.config')]
    const { cell, outcome } = await run(kernel, '--lane', 'pump', '--duration', '15s', ...faults, ...sweeps)
    // Where its buffer cannot be allocated, zswap of 6.1 lets a load fail, and the page is read from the swap device instead.
    const isKnown = ({ oracle }: { oracle: string }): boolean => oracle === 'data' && kernel.tree === 'debian:6.1'
    expect(
      cell.findings.filter((one) => !isKnown(one)),
      outcome,
    ).toEqual([])
    const [workers, kworkers] = cell.evidence.failNth
    expect(workers!.injected, outcome).toBeGreaterThan(0)
    expect(kworkers!.set, outcome).toBeGreaterThan(0)
  },
)

/** Every lock of the kernel, page faults, and two that would wait for each other. */
const HOLDS = [
  '_raw_spin_lock for 200us',
  'handle_mm_fault until handle_mm_fault for 5ms',
  'zs_malloc until zs_free for 5ms',
  'zs_free until zs_malloc for 5ms',
]

test.each(KERNELS)('lockdep, RCU and the watchdogs are silent under holds on $tree, $arch', async (kernel) => {
  const holds = HOLDS.flatMap((text) => ['--hold', text])
  const { cell, outcome } = await run(kernel, '--profile', 'lockdep', '--lane', 'pump', '--duration', '20s', ...holds)
  expect(cell.verdict, outcome).toBe('pass')
  for (const { point, reached } of cell.evidence.holds) expect(reached, `${point}\n${outcome}`).toBeGreaterThan(0)
})
