// SPDX-License-Identifier: MIT
import type { CellResult, Finding } from '../../model/results.ts'
import { pairNameOf } from '../../verdict/place.ts'
import type { ReportContext } from '../context.ts'
import type { Report } from '../model.ts'
import { checkoutId } from './checkouts.ts'
import { excerpt, given, idOf, plain, secondsOf, urlOf } from './text.ts'

/** Whether a finding is of the build, so that every boot of the kernel has it. */
export const isOfBuild = ({ oracle }: Pick<Finding, 'oracle'>): boolean => oracle === 'build' || oracle === 'warnings'

/** The id of the build of a cell's kernel: all its boots have it in common. */
export const buildId = ({ run }: Report, cell: CellResult, origin: string): string =>
  idOf(origin, run.id, pairNameOf(cell), cell.leg, 'build')

const failureOf = ({ findings }: CellResult): Finding | undefined =>
  findings.find(({ oracle, known }) => oracle === 'build' && !known)

const statusOf = (cell: CellResult) => {
  if (failureOf(cell)) return 'FAIL'
  if (cell.kernel.key !== '') return 'PASS'
  return cell.verdict === 'error' ? 'MISS' : 'ERROR'
}

const filesOf = ({ run }: Report, cell: CellResult, baseUrl: string | null) => {
  if (baseUrl === null || cell.kernel.key === '') return undefined
  return ['.config', 'build.log'].map((name) => ({ name, url: urlOf(baseUrl, run.id, 'cells', cell.id, name)! }))
}

const buildOf = (report: Report, cell: CellResult, { origin, baseUrl }: ReportContext) => {
  const failure = failureOf(cell)
  return {
    checkout_id: checkoutId(report, cell, origin),
    id: buildId(report, cell, origin),
    origin,
    status: statusOf(cell),
    ...given({
      architecture: cell.arch,
      command: plain(cell.commands.make.join(' ')),
      compiler: plain(cell.inputs?.toolchain ?? ''),
      config_name: plain(`${cell.config}-${cell.profile}`),
      // One from the cache took no time.
      duration: cell.kernel.cached || cell.kernel.key === '' ? undefined : secondsOf(cell.timings.buildMs),
      log_excerpt: failure ? excerpt([failure.title, failure.detail]) : undefined,
      output_files: filesOf(report, cell, baseUrl),
    }),
    misc: given({ cached: cell.kernel.cached, compiled: cell.kernel.compiled, key: plain(cell.kernel.key) }),
  }
}

/** The boot that tells most of a build: the one that made it. */
const tellsMore = (a: CellResult, b: CellResult): number =>
  Number(b.kernel.key !== '') - Number(a.kernel.key !== '') || Number(a.kernel.cached) - Number(b.kernel.cached)

/** The builds of the run, each once for all its boots. */
export const buildsOf = (report: Report, context: ReportContext) => {
  const groups = new Map<string, CellResult[]>()
  for (const cell of report.run.cells) {
    const id = buildId(report, cell, context.origin)
    groups.set(id, [...(groups.get(id) ?? []), cell])
  }
  return [...groups.values()].map((cells) => {
    const failed = cells.find((cell) => failureOf(cell) !== undefined)
    return buildOf(report, failed ?? [...cells].sort(tellsMore)[0]!, context)
  })
}
