// SPDX-License-Identifier: MIT
import { documentSchema } from '../../lib/jsonschema.ts'
import { UsageError } from '../../model/errors.ts'
import { type HistoryFormat, renderHistory } from '../../report/history/formats.ts'
import { historySchema } from '../../report/history/schema.ts'
import { resultsFrom } from '../shared/settings.ts'
import { requireFile, writeOutput, writeSchema } from './report.ts'

/** The flags of `report history`, not yet parsed. */
export interface HistoryFlags {
  readonly format: HistoryFormat
  readonly output?: string
  readonly schema?: boolean
}

/** Runs `zsharness report history`. */
export const history = async (results: string | undefined, flags: HistoryFlags): Promise<void> => {
  if (flags.schema) return writeSchema(documentSchema('history', historySchema, { io: 'output' }), flags.output)
  requireFile(flags.format, flags.output)
  const dir = resultsFrom(results)
  const { readRuns } = await import('../../report/history/read.ts')
  const { historyOf } = await import('../../report/history/history.ts')
  const { read, notRead } = await readRuns(dir)
  if (read.length === 0) {
    const [first] = notRead
    const found = first ? `; the first of ${notRead.length} other folders is ${first.folder}: ${first.why}` : ''
    throw new UsageError(
      `${dir} has no run${found}`,
      'give the folder that the runs are in, for example: zsharness report history results',
    )
  }
  await writeOutput(await renderHistory(flags.format, historyOf(results ?? 'results', read, notRead)), flags.output)
}
