// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CellResult, RunResult } from '../model/results.ts'

const LAST_LINES = 60

const consoleEnd = async (results: string, { id }: CellResult): Promise<readonly string[]> => {
  const text = await readFile(join(results, 'latest/cells', id, 'console.log'), 'utf8').catch(() => 'no console.log')
  return text.trimEnd().split('\n').slice(-LAST_LINES)
}

const cellLines = async (results: string, cell: CellResult): Promise<readonly string[]> => [
  `${cell.id}: ${cell.verdict}: ${cell.reason}`,
  ...cell.findings.map(
    ({ oracle, title, detail, known }) => `  ${oracle}${known ? ', known' : ''}: ${title}: ${detail}`,
  ),
  ...(cell.verdict === 'pass' ? [] : (await consoleEnd(results, cell)).map((line) => `  | ${line}`)),
]

/**
 * What the newest run of a results folder found and why, for the message of a failed test: a CI prints nothing else, and
 * the folder is gone with the test.
 */
export const outcomeOf = async (results: string, run: RunResult): Promise<string> =>
  [
    `run: ${run.verdict}, exit ${run.exitCode}`,
    ...run.pairs.map(({ name, verdict, reason }) => `pair ${name}: ${verdict}: ${reason}`),
    ...(await Promise.all(run.cells.map((cell) => cellLines(results, cell)))).flat(),
  ].join('\n')
