// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeProgram } from '../../commands/index.ts'
import { packageRoot } from '../../lib/paths.ts'
import { commandReference } from './commands.ts'
import { fileKinds, jsonSchemaOf, keyReference, resultSchemas, schemaLine } from './schemas.ts'
import { withSections } from './sections.ts'

/** A file that is generated, in whole or in part. */
export interface Document {
  /** Relative to the checkout. */
  readonly path: string
  /** What it must hold, made from what it holds now. */
  readonly renew: (now: string) => string
}

const SCHEMA_LINE = /^# yaml-language-server: .*\n/gm

/** Every file that is generated, in whole or in part. */
export const documents = async (): Promise<readonly Document[]> => {
  const kinds = await fileKinds()
  return [
    ...kinds.map((kind) => ({
      path: kind.published,
      renew: () => `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`,
    })),
    ...resultSchemas().map(({ path, schema }) => ({ path, renew: () => `${JSON.stringify(schema, null, 2)}\n` })),
    ...kinds.map((kind) => ({
      path: kind.docs,
      renew: (now: string) => withSections(now, { [`keys of ${kind.name}`]: keyReference(kind) }),
    })),
    {
      path: 'harness/commands/README.md',
      renew: (now: string) => withSections(now, { commands: commandReference(makeProgram()) }),
    },
    ...kinds.flatMap(({ files, published }) =>
      files.map((path) => ({
        path,
        renew: (now: string) => `${schemaLine(path, published)}\n${now.replace(SCHEMA_LINE, '')}`,
      })),
    ),
  ]
}

/** What a document holds; empty when it is not there. */
export const textOf = ({ path }: Document): Promise<string> =>
  readFile(join(packageRoot, path), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })

const MAX_SHOWN = 80

/** Where a document's text is first not what it must be, in words; undefined when it is. */
export const staleness = ({ path, renew }: Document, now: string): string | undefined => {
  const [have, want] = [now.split('\n'), renew(now).split('\n')]
  const at = want.findIndex((line, index) => line !== have[index])
  if (at < 0 && have.length === want.length) return undefined
  if (at < 0) return `${path}:${want.length}: is stale: the file must end here`
  const line = want[at]!
  return `${path}:${at + 1}: is stale: must be ${line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line}`
}
