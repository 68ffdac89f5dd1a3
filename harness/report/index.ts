// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { writeAtomic } from '../lib/files/atomic.ts'
import { jsonReport } from './json.ts'
import { junitReport } from './junit.ts'
import { ktapReport } from './ktap.ts'
import { loadReport } from './load.ts'
import { markdownReport } from './markdown.ts'
import type { Report } from './model.ts'
import { sarifReport } from './sarif.ts'

type Writer = (report: Report) => string | Promise<string>

// The page needs a renderer of its own, which is loaded only for a page.
const htmlReport: Writer = async (report) => (await import('./html/page.tsx')).htmlReport(report)

const WRITERS = {
  html: htmlReport,
  junit: junitReport,
  ktap: ktapReport,
  json: jsonReport,
  sarif: sarifReport,
  markdown: markdownReport,
} as const satisfies Record<string, Writer>

export type ReportFormat = keyof typeof WRITERS
export const reportFormats = Object.keys(WRITERS) as readonly ReportFormat[]

/** A loaded run in one format. */
export const renderReport = async (format: ReportFormat, report: Report): Promise<string> => WRITERS[format](report)

const FILES: Readonly<Record<ReportFormat, string>> = {
  html: 'report.html',
  junit: 'junit.xml',
  ktap: 'report.ktap',
  json: 'report.json',
  sarif: 'report.sarif',
  markdown: 'summary.md',
}

/** Writes every report into the run's folder. */
export const writeReports = async (dir: string): Promise<void> => {
  const report = await loadReport(dir)
  for (const format of reportFormats) await writeAtomic(join(dir, FILES[format]), await renderReport(format, report))
}
