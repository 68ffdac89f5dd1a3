// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { runAndCellFrom } from '../commands/shared/runcell.ts'
import { loadSeries } from '../inputs/series/load.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { NO_ADDITIONS } from '../run/settings.ts'
import { aCell, aRun } from '../testing/runs.ts'
import { cellOf, comparison, differences, replayRequest } from './replay.ts'

const here = { jobs: 2, resultsDir: '/r', cache: '/c' }
const request = {
  seed: '7',
  durationS: 8,
  amplify: false,
  canary: null,
  seriesPath: null,
  patchFiles: [],
  extraPatchFiles: ['/x.patch'],
  llvm: false,
  added: {
    ...NO_ADDITIONS,
    kconfig: [{ file: '/my.config', text: 'CONFIG_FOO=y' }],
    parameters: ['zswap.enabled=0'],
    memoryMiB: 1024,
    diskMiB: 64,
    workloads: [{ name: 'x.c', file: '/x.c', args: ['-n'], sha256: 'x' }],
  },
  derives: false,
}
const qemu = (append: string) => ({ make: [], qemu: ['qemu', '-append', append] })

test.each([
  ['results/latest/x86_64-zpool-on-kasan-after', 'results/latest', 'x86_64-zpool-on-kasan-after'],
  ['results/latest/cells/a-b/', 'results/latest', 'a-b'],
  ['20261122-101010-abcd/a', '20261122-101010-abcd', 'a'],
])('%s is a cell', (spec, run, cell) => expect(runAndCellFrom(spec)).toEqual({ run, cell }))

test('a run alone is not enough', () => expect(() => runAndCellFrom('latest')).toThrow('not RUN/CELL'))

test('a replay requests the same boot: one cell with its seed and lanes', async () => {
  const cell = aCell({ arch: 'arm64', leg: 'before', lanes: ['race'], request })
  const series = await loadSeries('zsmalloc-deferred-handles')
  const inputs = { tree: parseTreeSpec(cell.tree), series, extraPatches: [], toolchains: new Map() }
  const { llvm: _, seriesPath: __, derives: ___, ...shaped } = request
  const replayed = replayRequest(cell, inputs, here, ['zsharness', 'replay'])
  expect(replayed.settings).toEqual({ ...shaped, lanes: ['race'], checks: [], ...here })
  expect(replayed.pairs.flatMap(({ cells }) => cells)).toMatchObject([
    { id: 'arm64-zpool-on-kasan-before', arch: 'arm64', leg: 'before', run: 1, tree: cell.tree, series: series.name },
  ])
  expect(() => replayRequest(aCell({ request: null }), inputs, here, [])).toThrow('older zsharness')
})

test('an unknown cell is an error with the nearest name', () => {
  const run = aRun({ cells: [aCell({ id: 'arm64-zpool-on-kasan-after' })] })
  expect(() => cellOf(run, 'arm64-zpool-on-kasan-aftr')).toThrow('did you mean arm64-zpool-on-kasan-after')
})

test('reports differences from the first boot, except the clock rate, which is measured each time', () => {
  const then = aCell({ commands: qemu('panic=-1 tsc_early_khz=2400000 zsharness_seed=1') })
  expect(differences(then, { ...then, commands: qemu('panic=-1 tsc_early_khz=2400100 zsharness_seed=1') })).toEqual([])
  const now = { ...then, machine: 'kvm', kernel: { ...then.kernel, key: 'other' }, commands: qemu('zsharness_seed=2') }
  expect(differences(then, now)).toEqual([
    expect.stringContaining('different kernel: other'),
    `accelerator kvm, was ${then.machine}`,
    'kernel parameters removed: panic=-1 zsharness_seed=1',
    'kernel parameters added: zsharness_seed=2',
  ])
})

test('a parameter of an older result counts under its new name', () => {
  const then = aCell({ commands: qemu('panic=-1 zsh_lanes=race:8,pump:8 zsh_seed=1') })
  const now = (append: string) => ({ ...then, commands: qemu(append) })
  expect(differences(then, now('panic=-1 zsharness_lanes=race:8,pump:8 zsharness_seed=1'))).toEqual([])
  expect(differences(then, now('panic=-1 zsharness_lanes=race:8 zsharness_seed=1'))).toEqual([
    'kernel parameters removed: zsharness_lanes=race:8,pump:8',
    'kernel parameters added: zsharness_lanes=race:8',
  ])
})

test('compares the verdict with that of the first boot', () => {
  const passed = aCell({ verdict: 'pass', reason: 'clean' })
  const failed = aCell({ verdict: 'fail', reason: 'oops' })
  expect(comparison(passed, passed)).toBe('pass, same as the first boot: clean')
  expect(comparison(failed, passed)).toContain('the first boot: fail')
})
