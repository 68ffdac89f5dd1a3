// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { documentSchema } from '../../lib/jsonschema.ts'
import { UsageError } from '../../model/errors.ts'
import { type CorpusFormat, renderCorpus } from '../../report/corpus/formats.ts'
import { corpusSchema } from '../../report/corpus/schema.ts'
import { lastOfPlan } from '../../report/last.ts'
import { resultsFrom } from '../shared/settings.ts'
import { loadLoudly, requireFile, writeOutput, writeSchema } from './report.ts'

/** The flags of `report corpus`, not yet parsed. */
export interface CorpusFlags {
  readonly format: CorpusFormat
  readonly output?: string
  readonly results?: string
  readonly schema?: boolean
}

const PLAN = 'corpus'

const lastRun = async (resultsDir: string): Promise<string> => {
  const found = await lastOfPlan(resultsDir, PLAN)
  if (found !== undefined) return found
  throw new UsageError(
    `there is no run of the plan ${PLAN} in ${resultsDir}`,
    'run it first: zsharness matrix corpus --run; or name another run: zsharness report corpus RUN',
  )
}

/** A run's name is looked for in the folder that was given; without one, and for a path, as in `report`. */
const runNamed = (spec: string, results: string | undefined): string =>
  results === undefined || spec.includes('/') ? spec : join(resultsFrom(results), spec)

/** Runs `zsharness report corpus`. */
export const corpus = async (spec: string | undefined, flags: CorpusFlags): Promise<void> => {
  if (flags.schema) return writeSchema(documentSchema('corpus', corpusSchema, { io: 'output' }), flags.output)
  requireFile(flags.format, flags.output)
  const run = spec === undefined ? await lastRun(resultsFrom(flags.results)) : runNamed(spec, flags.results)
  const loaded = await loadLoudly(run)
  if (loaded.run.corpus.length === 0)
    throw new UsageError(
      `${run} has no bug of the corpus`,
      'name a run of the plan corpus: zsharness matrix corpus --run',
    )
  await writeOutput(await renderCorpus(flags.format, loaded), flags.output)
}
