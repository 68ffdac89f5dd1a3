// SPDX-License-Identifier: MIT
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument, visit } from 'yaml'
import { z } from 'zod'
import { readBounded } from '../../lib/files/bounded.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'

const MAX_MIB = 4
const MAX_DEPTH = 64
const MAX_MARKS = 100
const MAX_PROBLEMS = 20

type Path = readonly PropertyKey[]
type Issue = z.core.$ZodIssue
type JsonSchema = z.core.JSONSchema._JSONSchema

const pathText = (path: Path): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`
    return text === '' ? String(part) : `${text}.${String(part)}`
  }, '')

const alternatives = (schema: JsonSchema | undefined): readonly JsonSchema[] => {
  if (schema === undefined || typeof schema === 'boolean') return []
  return [schema, ...(schema.anyOf ?? []), ...(schema.allOf ?? [])]
}

const step = (schema: JsonSchema, part: PropertyKey): readonly JsonSchema[] => {
  if (typeof schema === 'boolean') return []
  const below =
    typeof part === 'number' ? schema.items : (schema.properties?.[String(part)] ?? schema.additionalProperties)
  return Array.isArray(below) ? below : alternatives(below as JsonSchema | undefined)
}

/** The keys that the schema knows at `path`. */
const keysAt = (schema: z.ZodType, path: Path): readonly string[] => {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const here = path.reduce<readonly JsonSchema[]>(
    (found, part) => found.flatMap((one) => step(one, part)),
    [...alternatives(root)],
  )
  return here.flatMap((one) => (typeof one === 'boolean' ? [] : Object.keys(one.properties ?? {})))
}

/** Where the value at `path` begins; its nearest ancestor when it is missing. */
const offsetOf = (document: Document, path: Path, key?: string): number => {
  for (let depth = path.length; depth >= 0; depth--) {
    const at = path.slice(0, depth)
    const node = (depth === 0 ? document.contents : document.getIn(at, true)) as Node | undefined
    if (key !== undefined && depth === path.length && isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === key)
      const range = (pair?.key as Node | undefined)?.range
      if (range) return range[0]
    }
    if (node?.range) return node.range[0]
  }
  return 0
}

interface Problem {
  readonly offset: number
  readonly text: string
}

const withPath = (path: Path, text: string): string => (path.length === 0 ? text : `${pathText(path)}: ${text}`)

const unknownKeys = (document: Document, schema: z.ZodType, path: Path, keys: readonly string[]): Problem[] => {
  const known = keysAt(schema, path)
  return keys.slice(0, MAX_PROBLEMS).map((key) => ({
    offset: offsetOf(document, path, key),
    text: withPath(path, `unknown key "${key}"${didYouMean(key, known)} (known: ${known.join(', ')})`),
  }))
}

const problemsOf = (document: Document, schema: z.ZodType, issue: Issue): readonly Problem[] => {
  if (issue.code === 'unrecognized_keys') return unknownKeys(document, schema, issue.path, issue.keys)
  const offset = offsetOf(document, issue.path)
  if (issue.code !== 'invalid_value') return [{ offset, text: withPath(issue.path, issue.message) }]
  const given = issue.path.length === 0 ? undefined : document.getIn(issue.path)
  if (given === undefined) return [{ offset, text: withPath(issue.path, issue.message) }]
  const values = issue.values.map(String)
  const text = `"${String(given)}" is none of ${values.join(', ')}${didYouMean(String(given), values)}`
  return [{ offset, text: withPath(issue.path, text) }]
}

/** The first line, from 1, that nests deeper than any of ours: the parser would overflow its stack, which can end Node. */
const deepLine = (text: string): number | undefined => {
  let brackets = 0
  for (const [index, line] of text.split('\n').entries()) {
    for (const [mark] of line.matchAll(/[[{\]}]/g)) {
      brackets = Math.max(0, brackets + (mark === '[' || mark === '{' ? 1 : -1))
      if (brackets > MAX_DEPTH) return index + 1
    }
    // Each of these marks may open a level, and so may each blank before them.
    const marks = line.split(/[?:-][ \t]/, MAX_MARKS + 1).length
    if (marks > MAX_MARKS || /^[ \t?:-]{200}/.test(line)) return index + 1
  }
  return undefined
}

// The parser's own check takes quadratic time.
const wrongKeys = (document: Document): readonly Problem[] => {
  const found: Problem[] = []
  visit(document, {
    Map: (_, { items }) => {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) found.push({ offset: (key as Node | null)?.range?.[0] ?? 0, text: 'a key must be a text' })
        else if (seen.has(key.value)) found.push({ offset: key.range?.[0] ?? 0, text: 'Map keys must be unique' })
        if (isScalar(key)) seen.add(key.value)
      }
    },
  })
  return found
}

const firstAlias = (document: Document): number => {
  let offset = 0
  visit(document, {
    Alias: (_, node) => {
      offset = node.range?.[0] ?? 0
      return visit.BREAK
    },
  })
  return offset
}

/** The values of a document; undefined when its aliases stand for too many. */
const valuesOf = (document: Document): { readonly value: unknown } | undefined => {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) ?? {} }
  } catch (error) {
    if (error instanceof ReferenceError) return undefined
    throw error
  }
}

/**
 * YAML text as the schema's type; a UsageError at file:line:col for each thing that is wrong.
 * `docs` is the document that describes the keys.
 */
export const parseYaml = <S extends z.ZodType>(text: string, file: string, schema: S, docs: string): z.output<S> => {
  const lines = new LineCounter()
  const fail = (problems: readonly Problem[]): never => {
    const places = problems.slice(0, MAX_PROBLEMS).map(({ offset, text: what }) => {
      const { line, col } = lines.linePos(offset)
      return `${file}:${line}:${col}: ${what}`
    })
    throw new UsageError([...new Set(places)].join('\n'), `correct the file; see ${docs} for its keys`)
  }
  const deep = deepLine(text)
  if (deep !== undefined)
    throw new UsageError(
      `${file}:${deep}:1: nested deeper than ${MAX_DEPTH} levels`,
      `correct the file; see ${docs} for its keys`,
    )
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false })
  const syntax = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    offset: pos[0],
    text: message,
  }))
  const wrong = [...syntax, ...wrongKeys(document)]
  if (wrong.length > 0) fail(wrong)
  const values = valuesOf(document)
  if (values === undefined)
    return fail([{ offset: firstAlias(document), text: 'the aliases stand for too many values: write some out' }])
  const result = schema.safeParse(values.value)
  if (!result.success)
    fail(result.error.issues.slice(0, MAX_PROBLEMS).flatMap((issue) => problemsOf(document, schema, issue)))
  return result.data as z.output<S>
}

/** A YAML file as the schema's type; `docs` is the document that describes its keys. */
export const loadYaml = async <S extends z.ZodType>(path: string, schema: S, docs: string): Promise<z.output<S>> => {
  const bytes = await readBounded(path, MAX_MIB).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UsageError) throw error
    throw new UsageError(`${path}: cannot be read (${error.code})`, 'give the path of a readable YAML file', error)
  })
  return parseYaml(bytes.toString('utf8'), path, schema, docs)
}
