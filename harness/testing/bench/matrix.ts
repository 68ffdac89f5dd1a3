// SPDX-License-Identifier: MIT
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { inTempDir } from '../../lib/files/temp.ts'
import { cacheRoot, packageRoot } from '../../lib/paths.ts'
import { columns } from '../../lib/text/columns.ts'
import { duration } from '../../lib/text/time.ts'
import type { RunResult } from '../../model/results.ts'

const CLI = join(packageRoot, 'dist/cli.js')

type Built = Pick<RunResult['cells'][number], 'arch' | 'kernel'>

/** What the builds of an architecture compiled. */
export interface Compiled {
  readonly arch: string
  readonly builds: number
  readonly objects: number
  /** The objects as a number of full builds. */
  readonly fullBuilds: number
}

/** What the builds of each architecture compiled. A kernel with several boots counts once. */
export const compiledBy = (cells: readonly Built[]): readonly Compiled[] => {
  const archs = [...new Set(cells.map(({ arch }) => arch))]
  return archs.map((arch) => {
    const own = cells.filter((cell) => cell.arch === arch)
    const full = Math.max(1, ...own.map(({ kernel }) => kernel.compiled))
    const built = new Map(own.filter(({ kernel }) => !kernel.cached).map(({ kernel }) => [kernel.key, kernel.compiled]))
    const objects = [...built.values()].reduce((sum, one) => sum + one, 0)
    return { arch, builds: built.size, objects, fullBuilds: objects / full }
  })
}

/** The lines of a printed plan that forecast its time. */
export const forecastLines = (plan: string): readonly string[] =>
  plan.split('\n').filter((line) => /ETA on this host: |^no order is faster than /.test(line))

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const show = (name: string, { cells, durationMs, verdict }: RunResult): void => {
  say(`${name}: ${duration(durationMs)}, ${verdict}`)
  const rows = compiledBy(cells).map(({ arch, builds, objects, fullBuilds }) => [
    arch,
    `${builds}`,
    `${objects}`,
    fullBuilds.toFixed(2),
  ])
  for (const line of columns([['ARCH', 'BUILDS', 'OBJECTS', 'FULL BUILDS'], ...rows])) say(`  ${line}`)
}

/**
 * A plan's forecast, and with an empty cache and again with a full one, its time and what it compiled. `flags` are those of
 * `matrix`; `dry` prints the forecasts alone, of an empty cache and of the user's own.
 */
export const benchMatrix = (flags: readonly string[], dry: boolean): Promise<void> =>
  inTempDir('bench', async (root) => {
    const [own, cache, results] = [cacheRoot(), join(root, 'cache'), join(root, 'results')]
    const matrix = (of: string, ...more: readonly string[]) =>
      execa('node', [CLI, 'matrix', ...flags, ...more], { env: { ZSHARNESS_CACHE: of }, reject: false })
    const forecast = async (name: string, of: string): Promise<void> => {
      say(`${name}:`)
      for (const line of forecastLines((await matrix(of)).stdout)) say(`  ${line}`)
    }
    await mkdir(cache)
    await forecast('forecast with an empty cache', cache)
    if (dry) return forecast(`forecast with ${own}`, own)
    // What is measured is not the network.
    await cp(join(own, 'downloads'), join(cache, 'downloads'), { recursive: true }).catch(() => undefined)
    for (const name of ['cold', 'cached']) {
      const run = matrix(cache, '--run', '--explore', 'off', '--results', results, '--format', 'plain')
      run.stdout.pipe(process.stderr)
      await run
      show(name, JSON.parse(await readFile(join(results, 'latest', 'run.json'), 'utf8')) as RunResult)
      await forecast('forecast of the next run', cache)
    }
  })
