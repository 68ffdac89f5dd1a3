// SPDX-License-Identifier: MIT
import { writeAtomic } from '../../lib/files/atomic.ts'
import { inertText } from '../../lib/text/clean.ts'
import { UsageError } from '../../model/errors.ts'
import { type ReportFormat, renderReport } from '../../report/formats.ts'
import { loadReport } from '../../report/load.ts'
import { publishedSchema, type Report } from '../../report/model.ts'
import { mergeShards } from '../../run/merge.ts'
import { describeChange } from '../../verdict/compare.ts'
import { resultsFrom } from '../shared/settings.ts'

/** The flags of `report`, not yet parsed. */
export interface ReportFlags {
  readonly format: ReportFormat
  readonly output?: string
  readonly schema?: boolean
}

/** Refuses to print a page to a terminal. */
export const requireFile = (format: string, output: string | undefined): void => {
  if (format === 'html' && output === undefined && process.stdout.isTTY)
    throw new UsageError('will not print HTML to a terminal', 'add --output report.html, or choose another --format')
}

/** Writes a report to a file, or to standard output. */
export const writeOutput = async (text: string, output: string | undefined): Promise<void> => {
  if (output !== undefined) return writeAtomic(output, text)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(text)
}

/** Loads a run, and prints what could not be read of it. */
export const loadLoudly = async (spec: string): Promise<Report> => {
  const loaded = await loadReport(spec)
  for (const problem of loaded.problems) process.stderr.write(`${inertText(`zsharness: ${problem}`)}\n`)
  return loaded
}

/** Runs `zsharness report RUN`. */
export const report = async (spec: string | undefined, flags: ReportFlags): Promise<void> => {
  if (flags.schema) return writeOutput(`${JSON.stringify(publishedSchema(), null, 2)}\n`, flags.output)
  if (spec === undefined)
    throw new UsageError('report needs a run', 'for example: zsharness report results/latest --format junit')
  requireFile(flags.format, flags.output)
  const loaded = await loadLoudly(spec)
  await writeOutput(await renderReport(flags.format, loaded), flags.output)
}

/** The flags of `report merge`, not yet parsed. */
export interface MergeFlags {
  readonly results?: string
  readonly baseline?: string
}

/** Runs `zsharness report merge`. */
export const merge = async (specs: readonly string[], flags: MergeFlags): Promise<void> => {
  const { dir, run } = await mergeShards(specs, resultsFrom(flags.results), { baseline: flags.baseline })
  process.exitCode = run.exitCode
  const changes = (run.comparison?.changes ?? []).map(describeChange)
  const total = `${run.verdict}: ${run.cells.length} cells of ${specs.length} shards in ${dir}`
  for (const line of [...run.notes, ...changes, total]) process.stdout.write(`${inertText(line)}\n`)
}
