// SPDX-License-Identifier: MIT
import { z } from 'zod'

/** Text that is not blank. */
export const words = z.string().trim().regex(/\S/, 'must not be empty')

/** A key that takes text. Description and example are published: `npm run docs` writes them to the references. */
export const text = (description: string, example: string) => words.meta({ description, examples: [example] })

/** A key that takes a list of texts, at least one. */
export const texts = (description: string, example: readonly string[]) =>
  z
    .array(words)
    .min(1)
    .meta({ description, examples: [example] })
