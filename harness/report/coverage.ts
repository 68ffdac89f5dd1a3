// SPDX-License-Identifier: MIT
import { z } from 'zod'

/** `coverage.json`: the lines that the patch adds, and how often each ran. */
export const coverageSchema = z.object({
  files: z.array(
    z.object({
      file: z.string(),
      lines: z.array(
        z.object({
          /** In the patched file. */
          line: z.number(),
          text: z.string().optional(),
          /** Null for a line that no instruction belongs to. */
          count: z.number().nullable(),
          /** The same by lane. */
          lanes: z.record(z.string(), z.number()).optional(),
        }),
      ),
    }),
  ),
})
export type Coverage = z.infer<typeof coverageSchema>
