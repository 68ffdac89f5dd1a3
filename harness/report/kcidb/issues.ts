// SPDX-License-Identifier: MIT
import { contentKey } from '../../lib/files/hash.ts'
import type { CellResult, Finding } from '../../model/results.ts'
import type { ReportContext } from '../context.ts'
import type { Report } from '../model.ts'
import { buildId, isOfBuild } from './builds.ts'
import { testId } from './tests.ts'
import { given, idOf, plain } from './text.ts'

const VERSION = 1

// The bug, whatever run, build or machine reports it.
const issueId = ({ bucket, oracle, kind, title }: Finding, origin: string): string =>
  idOf(origin, 'issue', bucket ?? contentKey('issue', oracle, kind, title))

const tells = ({ known, bucket }: Finding): boolean => known || bucket !== null

const issueOf = (finding: Finding, origin: string) => ({
  id: issueId(finding, origin),
  version: VERSION,
  origin,
  report_subject: plain(finding.title),
  categories: [plain(finding.kind)],
  culprit: { code: true, tool: false, harness: false },
  ...given({
    comment: plain([finding.bucket, finding.reason, finding.remedy].filter((part) => part !== null).join('; ')),
  }),
})

const incidentOf = (report: Report, cell: CellResult, finding: Finding, origin: string) => {
  const [issue, ofBuild] = [issueId(finding, origin), isOfBuild(finding)]
  const where = ofBuild ? buildId(report, cell, origin) : testId(report, cell, origin)
  return {
    id: idOf(origin, where.slice(origin.length + 1), issue.slice(origin.length + 1)),
    origin,
    issue_id: issue,
    issue_version: VERSION,
    ...(ofBuild ? { build_id: where } : { test_id: where }),
    present: true,
    comment: plain(`${finding.known ? 'known: ' : ''}${finding.title}`),
  }
}

const each = ({ run }: Report): readonly (readonly [CellResult, Finding])[] =>
  run.cells.flatMap((cell) => cell.findings.filter(tells).map((finding) => [cell, finding] as const))

const once = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] => [
  ...new Map(all.map((one) => [one.id, one] as const)).values(),
]

/** The known findings and the bugs that the kernel reported, each once. */
export const issuesOf = (report: Report, { origin }: ReportContext) =>
  once(each(report).map(([, finding]) => issueOf(finding, origin)))

/** Where each of them showed. */
export const incidentsOf = (report: Report, { origin }: ReportContext) =>
  once(each(report).map(([cell, finding]) => incidentOf(report, cell, finding, origin)))
