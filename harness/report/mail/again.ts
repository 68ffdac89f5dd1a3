// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { NO_SERIES } from '../../inputs/series/none.ts'
import type { CellResult } from '../../model/results.ts'
import type { Report } from '../model.ts'

const all = (flag: string, values: readonly string[]): readonly string[] => values.flatMap((value) => [flag, value])

const sourceOf = ({ series, request }: CellResult): readonly string[] => {
  const files = request?.patchFiles ?? []
  if (files.length > 0) return ['--patch', ...files.map((file) => basename(file))]
  return ['--series', series === '' ? NO_SERIES : series]
}

/** The command that boots this cell on another machine. */
const runOf = (cell: CellResult): readonly string[] => {
  const { tree, arch, config, profile, leg, lanes, request } = cell
  return [
    ...['zsharness', 'run', ...sourceOf(cell), '--tree', tree, '--arch', arch, '--config', config],
    ...['--profile', profile, '--leg', leg, '--lane', lanes.join(','), '--runs', '1'],
    ...all('--extra-patch', request?.extraPatchFiles.map((file) => basename(file)) ?? []),
    ...all('--hold', request?.added.holds ?? []),
    ...all('--param', request?.added.parameters ?? []),
    ...(request?.amplify === false ? ['--no-amplify'] : []),
  ]
}

// Where the results went is nobody else's business.
const withoutResults = (command: readonly string[]): readonly string[] =>
  command.filter(
    (word, index) => word !== '--results' && command[index - 1] !== '--results' && !word.startsWith('--results='),
  )

/** The command that repeats a run. Of a replay, that names a folder of one machine, the one that boots its cell. */
export const commandFor = ({ run }: Report): readonly string[] => {
  const [cell] = run.cells
  return run.command[1] === 'replay' && cell !== undefined ? runOf(cell) : withoutResults(run.command)
}
