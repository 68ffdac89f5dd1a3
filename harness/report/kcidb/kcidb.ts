// SPDX-License-Identifier: MIT
import { cleanDeep } from '../../lib/text/deep.ts'
import type { ReportContext } from '../context.ts'
import type { Report } from '../model.ts'
import { buildsOf } from './builds.ts'
import { checkoutsOf } from './checkouts.ts'
import { incidentsOf, issuesOf } from './issues.ts'
import { testsOf } from './tests.ts'

/** The run as one report for KCIDB, by its schema 5.3. The same run gives the same ids. */
export const kcidbReport = (report: Report, context: ReportContext): string => {
  const all = {
    version: { major: 5, minor: 3 },
    checkouts: checkoutsOf(report, context),
    builds: buildsOf(report, context),
    tests: testsOf(report, context),
    issues: issuesOf(report, context),
    incidents: incidentsOf(report, context),
  }
  return `${JSON.stringify(cleanDeep(all), null, 2)}\n`
}
