// SPDX-License-Identifier: MIT
import { stringify } from 'yaml'
import type { z } from 'zod'
import { code, table } from './markdown.ts'

type Json = z.core.JSONSchema._JSONSchema
type Schema = Exclude<Json, boolean>

/** One key of a YAML file, by its path as in `requires[].series`. */
export interface Key {
  readonly path: string
  readonly required: boolean
  readonly schema: Schema
}

const asSchema = (json: Json | undefined): Schema => (json === undefined || typeof json === 'boolean' ? {} : json)
const itemOf = ({ items }: Schema): Schema => asSchema(items as Json | undefined)

/** Whether every key of a nested mapping is described above already, as in the plan's `include`. */
const repeats = (nested: Schema, above: Schema): boolean =>
  Object.entries(nested.properties ?? {}).every(
    ([name, key]) => asSchema(above.properties?.[name]).description === asSchema(key).description,
  )

const isMapping = ({ properties }: Schema): boolean => properties !== undefined

/** The mappings whose keys are described at a higher level: the schemas there, and what their lists hold. */
const describedIn = (above: readonly Schema[]): readonly Schema[] =>
  above.flatMap((one) => [one, ...Object.values(one.properties ?? {}).map((json) => itemOf(asSchema(json)))])

const keysBelow = (schema: Schema, prefix: string, above: readonly Schema[]): readonly Key[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, json]) => {
    const key = { path: `${prefix}${name}`, required: schema.required?.includes(name) === true, schema: asSchema(json) }
    const [nested, mark] = isMapping(key.schema) ? [key.schema, '.'] : [itemOf(key.schema), '[].']
    const described = [schema, ...describedIn(above)].filter(isMapping)
    if (!isMapping(nested) || described.some((one) => repeats(nested, one))) return [key]
    return [key, ...keysBelow(nested, `${key.path}${mark}`, [...above, schema])]
  })

/** Every key that the schema describes, each before its nested ones. */
export const keysOf = (schema: Json): readonly Key[] => keysBelow(asSchema(schema), '', [])

const FLOW = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 } as const
const yaml = (value: unknown): string => code(stringify(value, FLOW).trim())

const wholeNumber = ({ minimum, exclusiveMinimum, maximum }: Schema): string => {
  const from = typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : minimum
  // Without a limit of its own, an integer has that of JavaScript.
  const to = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum
  return `whole number, ${from} ${to === undefined ? 'or more' : `to ${to}`}`
}

const typeOf = (schema: Schema): string => {
  if (schema.title !== undefined) return schema.title
  if (schema.const !== undefined) return code(String(schema.const))
  if (schema.enum) return `one of ${schema.enum.map((value) => code(String(value))).join(', ')}`
  if (schema.anyOf) return schema.anyOf.map((one) => typeOf(asSchema(one))).join(' or ')
  switch (schema.type) {
    case 'array':
      return `list${schema.minItems === 1 ? ' (not empty)' : ''}: ${typeOf(itemOf(schema))}`
    case 'object':
      return 'mapping'
    case 'integer':
      return wholeNumber(schema)
    case 'boolean':
      return 'true or false'
    case 'string':
      return 'text'
    default:
      return String(schema.type)
  }
}

const rowOf = ({ path, required, schema }: Key): readonly string[] => {
  const { description, examples = [] } = schema
  if (description === undefined || examples.length === 0)
    throw new Error(`the schema of the key ${path} needs a description and an example: add .meta({ … }) to it`)
  const byDefault = schema.default === undefined ? 'optional' : yaml(schema.default)
  const meaning = description.replaceAll('|', '\\|')
  return [code(path), typeOf(schema), required ? 'required' : byDefault, meaning, yaml(examples[0])]
}

/** The keys of a schema as a table. */
export const keyTable = (schema: Json): string =>
  table(['Key', 'Type', 'Default', 'Meaning', 'Example'], keysOf(schema).map(rowOf))
