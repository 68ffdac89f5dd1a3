// SPDX-License-Identifier: MIT

import { relative } from 'node:path'
import { shellWord } from '../lib/text/shellword.ts'
import { EXIT } from '../model/errors.ts'
import type { RunResult } from '../model/results.ts'

const PLAIN = /^[\w.,:=@%+/-]+$/
const shown = (word: string): string => (PLAIN.test(word) ? word : shellWord(word))

const nearest = (dir: string, cwd: string): string => {
  const way = relative(cwd, dir)
  return way === '' || way.startsWith('..') ? dir : way
}

type Outcome = Pick<RunResult, 'exitCode' | 'verdict'> & {
  readonly cells: readonly Pick<RunResult['cells'][number], 'id' | 'leg' | 'verdict'>[]
}

/** The one command to go on with after a run whose results are in `dir`, for somebody in the folder `cwd`. */
export const nextCommand = ({ exitCode, verdict, cells }: Outcome, dir: string, cwd = process.cwd()): string => {
  const folder = shown(nearest(dir, cwd))
  const failed = cells.filter((cell) => cell.verdict === 'fail')
  const culprit = failed.find(({ leg }) => leg === 'after') ?? failed[0]
  if (exitCode === EXIT.kernel && culprit !== undefined) return `zsharness replay ${folder}/${shown(culprit.id)}`
  if (exitCode === EXIT.host) return 'zsharness doctor'
  if (verdict === 'fixed' || verdict === 'clean') return `zsharness report ${folder} --format mail`
  return `zsharness report ${folder} --format markdown`
}
