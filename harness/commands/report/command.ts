// SPDX-License-Identifier: MIT

import { writeAtomic } from '../../lib/files/atomic.ts'
import { UsageError } from '../../model/errors.ts'
import { type ReportFormat, renderReport } from '../../report/index.ts'
import { loadReport } from '../../report/load.ts'
import { publishedSchema } from '../../report/model.ts'

export interface ReportFlags {
  readonly format: ReportFormat
  readonly output?: string
  readonly schema?: boolean
}

const put = async (text: string, output: string | undefined): Promise<void> => {
  if (output !== undefined) return writeAtomic(output, text)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(text)
}

/** What `zsharness report RUN` does. */
export const reportCommand = async (spec: string | undefined, flags: ReportFlags): Promise<void> => {
  if (flags.schema) return put(`${JSON.stringify(publishedSchema(), null, 2)}\n`, flags.output)
  if (spec === undefined)
    throw new UsageError('report needs a run', 'as in: zsharness report results/latest --format junit')
  if (flags.format === 'html' && flags.output === undefined && process.stdout.isTTY)
    throw new UsageError('a page is not for a terminal', 'add --output report.html, or choose another --format')
  const report = await loadReport(spec)
  for (const problem of report.problems) process.stderr.write(`zsharness: ${problem}\n`)
  await put(await renderReport(flags.format, report), flags.output)
}
