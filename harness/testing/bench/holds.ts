// SPDX-License-Identifier: MIT
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import { inTempDir } from '../../lib/files/temp.ts'
import { packageRoot } from '../../lib/paths.ts'
import type { RunResult } from '../../model/results.ts'

const CLI = join(packageRoot, 'dist/cli.js')
const BOOTS = 8
const QEMU = 'qemu-system-x86_64'

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return Number.isInteger(middle) ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!
}

/** A QEMU whose guest's time is its instructions, so that what else this host does changes no figure. */
const countInstructions = async (dir: string): Promise<string> => {
  const { stdout: real } = await execa('sh', ['-c', `command -v ${QEMU}`])
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, QEMU), `#!/bin/sh\nexec ${real} "$@" -icount shift=1,sleep=off\n`, { mode: 0o755 })
  return `${dir}${delimiter}${process.env.PATH}`
}

const MODES = {
  // The module is loaded for a lane that comes after pump.
  loaded: ['--hold', 'zs_free for 1us during swapoff'],
  none: ['--amplify', 'off'],
} as const

type Mode = keyof typeof MODES

/** Pages that lane pump writes back in a second of the guest. */
const pagesPerSecond = async (root: string, mode: Mode, seed: number, PATH: string): Promise<number> => {
  const results = join(root, mode)
  const what = ['--series', 'none', '--tree', 'debian:6.12', '--config', 'zpool-on', '--lane', 'pump', 'swapoff']
  const how = ['--runs', '1', '--duration', '12s', '--seed', `${seed}`, '--format', 'plain', '--results', results]
  const alone = ['--explore', 'off']
  await execa('node', [CLI, 'run', ...what, ...how, ...alone, ...MODES[mode]], { reject: false, env: { PATH } })
  const run = JSON.parse(await readFile(join(results, 'latest', 'run.json'), 'utf8')) as RunResult
  const [cell] = run.cells
  const pump = cell?.evidence.lanes.find(({ lane }) => lane === 'pump')
  if (!pump) throw new Error(`no lane pump: ${cell?.reason ?? run.verdict}`)
  return (1000 * pump.writtenBackPages) / pump.elapsedMs
}

/** What the module costs while no point is armed: pages a second with it and without, boots in turn. */
export const benchHolds = (): Promise<void> =>
  inTempDir('holds', async (root) => {
    const path = await countInstructions(join(root, 'bin'))
    const rates: Record<Mode, number[]> = { loaded: [], none: [] }
    for (let boot = 1; boot <= BOOTS; boot += 1)
      for (const mode of boot % 2 === 0 ? (['loaded', 'none'] as const) : (['none', 'loaded'] as const)) {
        const rate = await pagesPerSecond(root, mode, boot, path)
        rates[mode].push(rate)
        process.stdout.write(`boot ${boot}, module ${mode}: ${rate.toFixed(0)} pages a second\n`)
      }
    const [loaded, none] = [median(rates.loaded), median(rates.none)]
    process.stdout.write(
      `median with the module ${loaded.toFixed(0)}, without ${none.toFixed(0)}: ${((100 * loaded) / none - 100).toFixed(1)} %\n`,
    )
  })
