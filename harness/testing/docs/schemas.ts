// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { Document, isScalar, visit } from 'yaml'
import { z } from 'zod'
import { exploreSchema } from '../../explore/result.ts'
import { namesThereAre } from '../../inputs/plans/load.ts'
import { planSchema } from '../../inputs/plans/schema.ts'
import { listSeries } from '../../inputs/series/load.ts'
import { seriesSchema } from '../../inputs/series/schema.ts'
import { documentSchema } from '../../lib/jsonschema.ts'
import { packageRoot, paths } from '../../lib/paths.ts'
import { corpusSchema } from '../../report/corpus/schema.ts'
import { historySchema } from '../../report/history/schema.ts'
import { selftestSchema } from '../../selftest/schema.ts'
import { listSets } from '../../selftest/sets.ts'
import { keyTable } from './keys.ts'
import { fenced } from './markdown.ts'

/** A kind of YAML file. Paths are relative to the checkout. */
export interface FileKind {
  readonly name: string
  readonly schema: z.ZodType
  /** Where its JSON schema is published. */
  readonly published: string
  /** The document that describes its keys. */
  readonly docs: string
  /** The files of this kind in the checkout. */
  readonly files: readonly string[]
}

const inCheckout = (...path: string[]): string => relative(packageRoot, join(...path))

const planFiles = async (): Promise<readonly string[]> =>
  (await readdir(paths.plans)).filter((name) => name.endsWith('.yaml')).sort()

/** Every kind of YAML file that the harness reads. */
export const fileKinds = async (): Promise<readonly FileKind[]> => [
  {
    name: 'series',
    schema: seriesSchema,
    published: 'patches/series.schema.json',
    docs: 'patches/README.md',
    files: (await listSeries()).map((name) => inCheckout(paths.patches, name, 'series.yaml')),
  },
  {
    name: 'plan',
    schema: planSchema(await namesThereAre()),
    published: 'harness/inputs/plans/plan.schema.json',
    docs: 'harness/inputs/plans/README.md',
    files: (await planFiles()).map((name) => inCheckout(paths.plans, name)),
  },
  {
    name: 'selftest',
    schema: selftestSchema,
    published: 'patches/selftest/selftest.schema.json',
    docs: 'patches/selftest/README.md',
    files: (await listSets()).map((dir) => inCheckout(dir, 'selftest.yaml')),
  },
]

// Zod drops the examples of what it transforms, since they could be examples of the result. Here they never are.
const keepExamples = ({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType
  jsonSchema: z.core.JSONSchema.BaseSchema
}): void => {
  const { examples } = z.globalRegistry.get(zodSchema) ?? {}
  if (Array.isArray(examples)) jsonSchema.examples = examples
}

/** The JSON schema of a kind, as it is published. */
export const jsonSchemaOf = ({ name, schema }: FileKind): z.core.JSONSchema.JSONSchema =>
  documentSchema(name, schema, { io: 'input', override: keepExamples })

/** The JSON schemas of results that programs read. */
export const resultSchemas = (): readonly {
  readonly path: string
  readonly schema: z.core.JSONSchema.JSONSchema
}[] => [
  { path: 'harness/explore/explore.schema.json', schema: documentSchema('explore', exploreSchema, { io: 'output' }) },
  {
    path: 'harness/report/corpus/corpus.schema.json',
    schema: documentSchema('corpus', corpusSchema, { io: 'output' }),
  },
  {
    path: 'harness/report/history/history.schema.json',
    schema: documentSchema('history', historySchema, { io: 'output' }),
  },
]

/** The first line of a file of this kind: it names the schema to editors. */
export const schemaLine = (file: string, published: string): string => {
  const path = relative(dirname(file), published)
  return `# yaml-language-server: $schema=${path.startsWith('.') ? path : `./${path}`}`
}

/** A YAML file as one would write it: lists of words on one line. */
const yamlFile = (value: unknown): string => {
  const document = new Document(value)
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar)
    },
  })
  return document.toString({ flowCollectionPadding: false, lineWidth: 100 })
}

/** The reference of a kind's keys: a whole file as an example, and a table. */
export const keyReference = (kind: FileKind): string => {
  const schema = jsonSchemaOf(kind)
  const line = schemaLine(kind.files[0]!, kind.published)
  return [fenced('yaml', `${line}\n${yamlFile(schema.examples?.[0])}`), keyTable(schema)].join('\n\n')
}
