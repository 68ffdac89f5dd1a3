// SPDX-License-Identifier: MIT
import type { Report } from './model.ts'

interface Format {
  /** Its file in the run's folder. */
  readonly file: string
  readonly load: () => Promise<(report: Report) => string>
}

// Each is loaded only when it is written: the page brings a renderer of its own.
const FORMATS = {
  html: { file: 'report.html', load: async () => (await import('./html/page.tsx')).htmlReport },
  junit: { file: 'junit.xml', load: async () => (await import('./junit.ts')).junitReport },
  ktap: { file: 'report.ktap', load: async () => (await import('./ktap.ts')).ktapReport },
  json: { file: 'report.json', load: async () => (await import('./json.ts')).jsonReport },
  sarif: { file: 'report.sarif', load: async () => (await import('./sarif.ts')).sarifReport },
  markdown: { file: 'summary.md', load: async () => (await import('./markdown.ts')).markdownReport },
} as const satisfies Record<string, Format>

export type ReportFormat = keyof typeof FORMATS
export const reportFormats = Object.keys(FORMATS) as readonly ReportFormat[]

/** The file of a format in the run's folder. */
export const fileOf = (format: ReportFormat): string => FORMATS[format].file

/** A loaded run in one format. */
export const renderReport = async (format: ReportFormat, report: Report): Promise<string> =>
  (await FORMATS[format].load())(report)
