// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { inTempDir } from '../../lib/files/temp.ts'
import { packageRoot } from '../../lib/paths.ts'
import type { RunResult } from '../../model/results.ts'

const CLI = join(packageRoot, 'dist/cli.js')
const BOOTS = 8

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!
}

/** Pages written back in a second of lane pump, where no point is armed; the module is there for lane race. */
const pagesPerSecond = async (results: string, amplify: 'given' | 'off', seed: number): Promise<number> => {
  const what = ['--series', 'none', '--tree', 'debian:6.12', '--config', 'zpool-on', '--lane', 'race', 'pump']
  const how = [
    '--runs',
    '1',
    '--duration',
    '12s',
    '--seed',
    `${seed}`,
    '--explore',
    'off',
    '--format',
    'plain',
    '--results',
    results,
  ]
  await execa('node', [CLI, 'run', ...what, ...how, '--amplify', amplify], { reject: false, stdout: 2 })
  const run = JSON.parse(await readFile(join(results, 'latest', 'run.json'), 'utf8')) as RunResult
  const pump = run.cells[0]!.evidence.lanes.find(({ lane }) => lane === 'pump')!
  return (1000 * pump.writtenBackPages) / pump.elapsedMs
}

/** What the module costs while no point is armed: pages a second with it and without, boots in turn. */
export const benchHolds = (): Promise<void> =>
  inTempDir('holds', async (root) => {
    const rates = { given: [] as number[], off: [] as number[] }
    for (let boot = 1; boot <= BOOTS; boot += 1)
      // Which one comes first changes, so that a host that slows down slows both.
      for (const mode of boot % 2 === 0 ? (['given', 'off'] as const) : (['off', 'given'] as const)) {
        const rate = await pagesPerSecond(join(root, mode), mode, boot)
        rates[mode].push(rate)
        process.stdout.write(
          `boot ${boot}, ${mode === 'given' ? 'module loaded' : 'no module'}: ${rate.toFixed(0)} pages a second\n`,
        )
      }
    const [loaded, none] = [median(rates.given), median(rates.off)]
    process.stdout.write(
      `median with the module ${loaded.toFixed(0)}, without ${none.toFixed(0)}: ${((100 * loaded) / none - 100).toFixed(1)} %\n`,
    )
  })
