// SPDX-License-Identifier: MIT
import { NO_CONTEXT, type ReportContext } from './context.ts'
import type { Report } from './model.ts'

interface Format {
  /** Its file in the run's folder; null for one that needs what only its user can say. */
  readonly file: string | null
  readonly load: () => Promise<(report: Report, context: ReportContext) => string>
}

// Each is loaded only when it is written: the page brings a renderer of its own.
const FORMATS = {
  html: { file: 'report.html', load: async () => (await import('./html/page.tsx')).htmlReport },
  junit: { file: 'junit.xml', load: async () => (await import('./junit.ts')).junitReport },
  ktap: { file: 'report.ktap', load: async () => (await import('./ktap.ts')).ktapReport },
  json: { file: 'report.json', load: async () => (await import('./json.ts')).jsonReport },
  sarif: { file: 'report.sarif', load: async () => (await import('./sarif.ts')).sarifReport },
  markdown: { file: 'summary.md', load: async () => (await import('./markdown.ts')).markdownReport },
  kcidb: { file: null, load: async () => (await import('./kcidb/kcidb.ts')).kcidbReport },
  mail: { file: null, load: async () => (await import('./mail/mail.ts')).mailReport },
} as const satisfies Record<string, Format>

export type ReportFormat = keyof typeof FORMATS
export const reportFormats = Object.keys(FORMATS) as readonly ReportFormat[]

/** The formats that every run's folder has, and their files. */
export const writtenFormats: readonly { readonly format: ReportFormat; readonly file: string }[] =
  reportFormats.flatMap((format) => {
    const { file }: Format = FORMATS[format]
    return file === null ? [] : [{ format, file }]
  })

/** A loaded run in one format. */
export const renderReport = async (
  format: ReportFormat,
  report: Report,
  context: ReportContext = NO_CONTEXT,
): Promise<string> => {
  const render: (report: Report, context: ReportContext) => string = await FORMATS[format].load()
  return render(report, context)
}
