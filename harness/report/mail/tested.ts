// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { NO_SERIES } from '../../inputs/series/none.ts'
import { cleanLine } from '../../lib/text/clean.ts'
import type { CellResult } from '../../model/results.ts'
import { describeAmplify } from '../amplify.ts'
import type { Report } from '../model.ts'
import { row } from './lines.ts'
import { addedTo, stateOf, testedPatches } from './patch.ts'

const listed = (values: readonly string[]): string => [...new Set(values)].join(', ')

const treeText = ({ tree, kernel }: CellResult): string =>
  kernel.version === '' ? tree : `${tree} (${kernel.version})`

const onlyOne = (name: string): string => (name === NO_SERIES ? 'none: the tree as it is' : name)

// The key of the compiler's content tells nobody anything.
const compilerOf = ({ inputs }: CellResult): readonly string[] =>
  inputs === null ? [] : [inputs.toolchain.replace(/; content [0-9a-f]+$/, '')]

const machines = ({ accelerator, versions }: Report['run']): string =>
  Object.entries(accelerator)
    .map(([arch, name]) => {
      const version = /version (\S+)/.exec(versions[`qemu-system-${arch === 'arm64' ? 'aarch64' : arch}`] ?? '')?.[1]
      return `${arch} on ${name.toUpperCase()}${version === undefined ? '' : `, QEMU ${version}`}`
    })
    .join('; ')

const STATES = {
  applies: undefined,
  mixed: 'Some of the trees have the fix already: there it was taken out for the boots without it.',
  'already-applied': 'The tree has the patch already: it was taken out for the boots without it.',
  reintroduces: 'The tree has the fix already: the bug was put back for the boots without it.',
} as const

/** How the legs were made, where that is not plain. Undefined also where no boot without the patch ended. */
export const legsNote = (report: Report): string | undefined => {
  const state = report.run.cells.some(({ leg }) => leg === 'before') ? stateOf(report) : null
  return state === null ? undefined : STATES[state]
}

// What a series needs first is in both legs; a bug that was put back is in one.
const basesOf = (report: Report): string => {
  if (stateOf(report) === 'reintroduces' || stateOf(report) === 'mixed') return ''
  const before = report.run.cells.filter(({ leg }) => leg === 'before')
  const most = Math.max(
    0,
    ...before.map(({ inputs }) => inputs?.patches.filter((one) => !one.startsWith('-')).length ?? 0),
  )
  return most === 0
    ? ''
    : `${most} ${most === 1 ? 'patch' : 'patches'} that the series needs on this tree, in both kernels`
}

/** What the user added to kernel and machine. */
const additions = ({ run }: Report): readonly (readonly [string, string])[] => {
  const added = run.cells.flatMap(({ request }) => request?.added ?? [])
  return [
    [
      'kernel options',
      listed(added.flatMap(({ kconfig }) => kconfig.map(({ text }) => text.trim().split('\n').join(' ')))),
    ],
    ['parameters', listed(added.flatMap(({ parameters }) => parameters))],
    ['memory', listed(added.map(({ memoryMiB }) => `${memoryMiB} MiB`))],
  ]
}

/** All patches of a series, as the mail answers one. */
const patchesOf = (report: Report): string => {
  const all = testedPatches(report)
  return all.length < 2 ? '' : `all ${all.length}: ${all.map(({ subject }) => `"${subject}"`).join(', ')}`
}

/** What was tested, as rows. */
export const testedRows = (report: Report): readonly string[] => {
  const { run } = report
  const { cells } = run
  const added = cells.flatMap(addedTo).map((one) => basename(one))
  const rows: readonly (readonly [string, string])[] = [
    ['tree', listed(cells.map(treeText))],
    ['series', listed(cells.map(({ series }) => onlyOne(series)))],
    ['patches', patchesOf(report)],
    ['below it', basesOf(report)],
    ['on top of it', listed(added)],
    ['config', listed(cells.map(({ config, profile }) => `${config} with ${profile}`))],
    ...additions(report),
    ['compiler', listed(cells.flatMap(compilerOf))],
    ['machine', machines(run)],
    ['hold points', describeAmplify(run)],
    ['harness', `zsharness ${run.versions.zsharness ?? ''}, run ${run.id}`],
  ]
  return rows.flatMap(([label, text]) => (cleanLine(text).trim() === '' ? [] : row(label, text)))
}
