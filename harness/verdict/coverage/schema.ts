// SPDX-License-Identifier: MIT
import { z } from 'zod'

/** `coverage.json`: the lines that the patch adds, and how often each ran, in all and in each lane. */
export const coverageSchema = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      lines: z.array(
        z.object({
          /** In the patched file. */
          line: z.number(),
          text: z.string().default(''),
          /** Null for a line that no instruction belongs to. */
          count: z.number().nullable(),
          lanes: z.record(z.string(), z.number()).default({}),
        }),
      ),
    }),
  ),
})

export type Coverage = z.output<typeof coverageSchema>
