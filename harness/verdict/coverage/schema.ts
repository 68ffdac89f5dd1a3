// SPDX-License-Identifier: MIT
import { z } from 'zod'

/** `coverage.json`: how often each line that the patch adds ran, in total and by lane. */
export const coverageSchema = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      lines: z.array(
        z.object({
          /** The line's number in the patched file. */
          line: z.number(),
          text: z.string().default(''),
          /** Null for a line without instructions. */
          count: z.number().nullable(),
          lanes: z.record(z.string(), z.number()).default({}),
        }),
      ),
    }),
  ),
})

export type Coverage = z.output<typeof coverageSchema>
