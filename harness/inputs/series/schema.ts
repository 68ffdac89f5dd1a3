// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { isRange } from '../tree/version.ts'

const range = z.string().refine(isRange, 'is not a version range; write it as in ">=6.1 <6.2-rc1"')
const text = z.string().trim().min(1)
const fileName = text.refine(
  (name) => !name.includes('/') && !name.startsWith('.'),
  'must be a file next to series.yaml',
)

/** How a series fits a kernel version. */
const STATES = ['needs-base', 'applies', 'already-applied', 'code-gone'] as const

/** `series.yaml`. */
export const seriesSchema = z.strictObject({
  title: text,
  patches: z.array(fileName).min(1),
  /** Every file that the patches change. */
  touches: z.array(text).min(1),
  /** Series that must come first on these versions. */
  requires: z.array(z.strictObject({ series: text, versions: range })),
  applicability: z.array(z.strictObject({ versions: range, state: z.enum(STATES), note: text })),
  /** Signatures of the bug that the series fixes: any of them is enough. */
  signature: z.array(
    z.strictObject({
      families: z.array(text).min(1),
      stack: z.array(text).min(1),
      workqueue: text.optional(),
      note: text,
    }),
  ),
  knownFindings: z
    .array(
      z.strictObject({
        kind: text,
        file: text,
        title: text,
        /** The title with other compilers. */
        aliases: z.array(text).default([]),
        configs: z.array(text).min(1),
        reason: text,
        remedy: text,
      }),
    )
    .default([]),
})

export type SeriesFile = z.output<typeof seriesSchema>
export type Applicability = SeriesFile['applicability'][number]
