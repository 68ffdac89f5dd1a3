// SPDX-License-Identifier: MIT
import { headlineOf } from '../headline.ts'
import type { Report } from '../model.ts'
import { Against } from './against.tsx'
import { Cells } from './cell.tsx'
import { Explorations } from './explored.tsx'
import { RunHero } from './hero.tsx'
import { Matrix } from './matrix.tsx'
import { Pairs } from './pair.tsx'
import { Patches } from './patch.tsx'
import { Reproduce } from './reproduce.tsx'
import { pageOf } from './shell.tsx'

/** The run as one page without other files. */
export const htmlReport = (report: Report): string =>
  pageOf(
    `${headlineOf(report).verdict}: zsharness ${report.run.id}`,
    <>
      <RunHero report={report} />
      <Matrix report={report} />
      <Against report={report} />
      <Pairs report={report} />
      <Explorations report={report} />
      <Cells report={report} />
      <Patches report={report} />
      <Reproduce report={report} />
    </>,
  )
