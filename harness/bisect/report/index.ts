// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { writeAtomic } from '../../lib/files/atomic.ts'
import { junitOf } from '../../report/junit.ts'
import { ktapOf } from '../../report/ktap.ts'
import { bisectSuites } from './checks.ts'
import { BISECT_FORMATS, type BisectFormat } from './formats.ts'
import { markdownReport } from './markdown.ts'
import type { BisectReport } from './model.ts'
import { sarifReport } from './sarif.ts'
import { plainReport } from './text.ts'

type BisectWriter = (report: BisectReport) => string | Promise<string>

const WRITERS: Readonly<Record<BisectFormat, BisectWriter>> = {
  plain: plainReport,
  html: async (report) => (await import('./html.tsx')).htmlReport(report),
  junit: (report) => junitOf({ ...report, suites: bisectSuites(report) }),
  ktap: (report) => ktapOf(bisectSuites(report)),
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  sarif: sarifReport,
  markdown: markdownReport,
}

const FILES: Readonly<Record<BisectFormat, string>> = {
  plain: 'report.txt',
  html: 'report.html',
  junit: 'junit.xml',
  ktap: 'report.ktap',
  json: 'report.json',
  sarif: 'report.sarif',
  markdown: 'report.md',
}

/** A bisection in one format. */
export const renderBisect = async (format: BisectFormat, report: BisectReport): Promise<string> =>
  WRITERS[format](report)

/** Writes every report into the bisection's folder. */
export const writeBisectReports = async (dir: string, report: BisectReport): Promise<void> => {
  for (const format of BISECT_FORMATS) await writeAtomic(join(dir, FILES[format]), await renderBisect(format, report))
}
