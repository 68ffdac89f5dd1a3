// SPDX-License-Identifier: MIT
import { z } from 'zod'
import type { GuestRecord } from '../guest/records.ts'
import type { PatchMail } from '../inputs/series/patchmail.ts'
import { type CellResult, cell, finding, type RunResult, run } from '../model/results.ts'
import { type Splat, splatSchema } from '../splat/model.ts'
import type { Coverage } from '../verdict/coverage/schema.ts'

/** One cell with the contents of its folder. */
export interface CellReport {
  readonly cell: CellResult
  readonly splats: readonly Splat[]
  readonly records: readonly GuestRecord[]
  readonly consoleTail: readonly string[]
  readonly coverage: Coverage | null
}

/** One patch of the series under test. */
export interface PatchText {
  readonly subject: string
  readonly text: string
  /** Of the text as it was stored; the same as in the inputs of a cell. */
  readonly sha256?: string
  /** The mail that it came in; missing for a diff alone, and in runs of an older zsharness. */
  readonly mail?: PatchMail
}

/** What every report is made from; all text in it is clean, whatever bytes a console had. */
export interface Report {
  readonly run: RunResult
  /** The run's folder, as it was given. */
  readonly dir: string
  readonly cells: readonly CellReport[]
  /** Cells with a folder but no result: the run ended in them. */
  readonly unfinished: readonly string[]
  /** What could not be read in the folder. */
  readonly problems: readonly string[]
  readonly patches: readonly PatchText[]
}

/** The document of `report --format json`; a `run.json` is one as well. */
export const reportSchema = run.extend({
  // Splats of an older zsharness have no bucket.
  cells: z.array(
    cell.extend({ splats: z.array(splatSchema.extend({ bucket: splatSchema.shape.bucket.optional() })).optional() }),
  ),
  /** The known findings of all cells, each once. */
  knownFindings: z
    .array(
      finding
        .pick({ kind: true, title: true, file: true, line: true, reason: true, remedy: true })
        .extend({ kernels: z.array(z.string()) }),
    )
    .optional(),
  unfinished: z.array(z.string()).optional(),
  problems: z.array(z.string()).optional(),
})

/** The published JSON schema: what version 1 has at least, since fields are only added. */
export const publishedSchema = (): unknown => ({
  ...z.toJSONSchema(reportSchema, { io: 'input' }),
  title: 'zsharness run',
})
