// SPDX-License-Identifier: MIT
import { z } from 'zod'

/** The JSON schema of a document, under its name. */
export const documentSchema = (
  name: string,
  schema: z.ZodType,
  options: Parameters<typeof z.toJSONSchema>[1],
): z.core.JSONSchema.JSONSchema => {
  const { $schema, ...body } = z.toJSONSchema(schema, { ...options, target: 'draft-2020-12' })
  const $comment = 'SPDX-License-Identifier: MIT. Written by: npm run docs'
  return { $schema, $id: `urn:zsharness:schema:${name}`, $comment, ...body } as z.core.JSONSchema.JSONSchema
}
