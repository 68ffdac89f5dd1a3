// SPDX-License-Identifier: MIT
import { NO_SERIES } from '../../inputs/series/none.ts'
import { contentKey, sha256Of } from '../../lib/files/hash.ts'
import type { CellResult } from '../../model/results.ts'
import type { ReportContext } from '../context.ts'
import type { PatchText, Report } from '../model.ts'
import { given, idOf, plain } from './text.ts'

const SHA256 = /^[0-9a-f]{64}$/

/**
 * The hash of the patches of a cell's tree: over their sums, each with a newline. Undefined where one was taken out of
 * the tree, which no patchset says, and where they are not known.
 */
export const patchsetHash = ({ inputs }: Pick<CellResult, 'inputs'>): string | undefined => {
  if (inputs === null) return undefined
  if (inputs.patches.length === 0) return ''
  return inputs.patches.every((one) => SHA256.test(one))
    ? sha256Of(inputs.patches.map((one) => `${one}\n`).join(''))
    : undefined
}

const keyOf = ({ tree, series, leg, inputs }: CellResult): string =>
  contentKey('checkout', tree, series, leg, inputs?.treeKey ?? '', ...(inputs?.patches ?? ['unknown']))

/** The id of the sources of a cell in this run. */
export const checkoutId = (report: Report, cell: CellResult, origin: string): string =>
  idOf(origin, report.run.id, keyOf(cell))

const patchesOf = ({ patches }: Report, { inputs }: CellResult): readonly PatchText[] =>
  (inputs?.patches ?? []).flatMap((sha) => patches.find(({ sha256 }) => sha256 === sha) ?? [])

const commentOf = ({ series, tree, leg }: CellResult): string =>
  series === NO_SERIES ? `${tree} as it is` : `${tree}, ${leg === 'before' ? 'without' : 'with'} ${series}`

const checkoutOf = (report: Report, cell: CellResult, origin: string) => {
  const own = patchesOf(report, cell)
  const hash = patchsetHash(cell)
  const messageId = own.flatMap(({ mail }) => mail?.messageId ?? [])[0]?.slice(1, -1)
  return {
    id: checkoutId(report, cell, origin),
    origin,
    ...given({
      tree_name: plain(cell.tree),
      git_commit_name: plain(cell.kernel.version),
      comment: plain(commentOf(cell)),
      start_time: report.run.startedAt,
      message_id: messageId,
      // Only a tree whose patches applied has inputs.
      valid: cell.inputs === null ? undefined : true,
    }),
    // Empty for a tree without patches, so that it is not left out.
    ...(hash === undefined ? {} : { patchset_hash: hash }),
    misc: given({
      run: report.run.id,
      leg: cell.leg,
      series: plain(cell.series),
      tree_key: cell.inputs?.treeKey,
      reading: cell.inputs?.reading?.state,
      taken_out: cell.inputs?.patches.filter((one) => one.startsWith('-')).length || undefined,
      patches: own.length === 0 ? undefined : own.map(({ subject }) => plain(subject)),
    }),
  }
}

/** The sources of the run's kernels, each once. */
export const checkoutsOf = (report: Report, { origin }: ReportContext) => [
  ...new Map(
    report.run.cells.map((cell) => [checkoutId(report, cell, origin), checkoutOf(report, cell, origin)]),
  ).values(),
]
