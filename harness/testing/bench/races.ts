// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { exists } from '../../lib/files/exists.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { packageRoot } from '../../lib/paths.ts'
import { columns } from '../../lib/text/columns.ts'
import type { CellResult, RunResult, Tried } from '../../model/results.ts'

const CLI = join(packageRoot, 'dist/cli.js')
const RACES = join(packageRoot, 'harness/testing/races')

/** Length of the lanes of a race: of the workload alone and with given points, and of a search. */
const GIVEN_S = 60
const AUTO_S = 300
const CLEAN_S = 60

interface Race {
  readonly name: string
  readonly tree: string
  readonly flags: readonly string[]
}

const treeOf = (yaml: string): string => `debian:${/versions: ">=(\d+\.\d+)/.exec(yaml)![1]!}`

const raceOf = async (name: string): Promise<Race> => {
  const dir = join(RACES, name)
  const program = join(dir, `${name}.c`)
  const flags = ['--series', dir, ...((await exists(program)) ? ['--workload', program] : [])]
  return { name, tree: treeOf(await readFile(join(dir, 'series.yaml'), 'utf8')), flags }
}

const namesOf = async (asked: readonly string[]): Promise<readonly string[]> => {
  if (asked.length > 0) return asked
  const entries = await readdir(RACES, { withFileTypes: true })
  return entries.filter((one) => one.isDirectory()).map(({ name }) => name)
}

/** Seconds of all lanes that could meet the bug, until it failed or to their end. */
const secondsOf = ({ exposure }: CellResult): number =>
  exposure?.lanes.reduce((sum, { seconds }) => sum + seconds, 0) ?? 0

/** What one boot says: after how many seconds it failed, or that it did not. */
export const outcomeText = (cell: CellResult): string => {
  const shown = cell.findings.some(({ signature }) => signature)
  const seconds = secondsOf(cell).toFixed(0)
  if (shown) return `${seconds} s`
  return cell.verdict === 'pass' ? `not in ${seconds} s` : `${cell.verdict}: ${cell.reason.slice(0, 60)}`
}

/** What several boots with the same points say. */
export const triedText = ({ failures, boots, seconds }: Tried): string =>
  `${failures} of ${boots}${seconds === null ? '' : `, ${seconds.toFixed(0)} s`}`

const runOf = async (race: Race, results: string, ...flags: readonly string[]): Promise<CellResult> => {
  const all = [
    'run',
    '--tree',
    race.tree,
    ...race.flags,
    '--runs',
    '1',
    '--explore',
    'off',
    '--format',
    'plain',
    '--results',
    results,
  ]
  const child = execa('node', [CLI, ...all, ...flags], { reject: false })
  child.stdout.pipe(process.stderr)
  const { stderr, exitCode } = await child
  if (exitCode === 2 || exitCode === 3) throw new Error(`${race.name}: ${stderr}`)
  const run = JSON.parse(await readFile(join(results, 'latest', 'run.json'), 'utf8')) as RunResult
  return run.cells[0]!
}

const lengths = (seconds: number): readonly string[] => ['--duration', `${seconds}s`]

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const rowOf = async (race: Race, results: string): Promise<readonly string[]> => {
  const time = (seconds: number) =>
    race.flags.includes('--workload') ? ['--workload-time', `${seconds}s`] : lengths(seconds)
  const before = (...flags: readonly string[]) => runOf(race, results, '--leg', 'before', ...flags)
  const alone = await before('--amplify', 'off', ...time(GIVEN_S))
  const given = await before(...time(GIVEN_S))
  const auto = await before('--amplify', 'auto', ...time(AUTO_S))
  const clean = await runOf(race, results, '--leg', 'after', ...time(CLEAN_S))
  const { minimised } = auto.found ?? { minimised: null }
  const best = minimised?.best
  say(
    `${race.name}: ${best ? `hold: ${best.holds.join(' | ')} (${triedText(best)}; alone ${triedText(minimised.alone)})` : 'no points'}`,
  )
  return [race.name, race.tree, outcomeText(alone), outcomeText(given), outcomeText(auto), outcomeText(clean)]
}

/** Seconds to failure of kernels with a race: the workload alone, with given hold points, and with a search for them. */
export const benchRaces = (asked: readonly string[]): Promise<void> =>
  inTempDir('races', async (root) => {
    const rows: (readonly string[])[] = []
    for (const name of await namesOf(asked))
      rows.push(
        await rowOf(await raceOf(name), join(root, name)).catch((error: Error) => [name, error.message.slice(0, 200)]),
      )
    for (const line of columns([['RACE', 'TREE', 'ALONE', 'GIVEN', 'AUTO', 'CLEAN, GIVEN'], ...rows])) say(line)
  })
