// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { packageRoot, paths } from '../../lib/paths.ts'
import { keysOf, keyTable } from './keys.ts'
import { fileKinds } from './schemas.ts'

const kinds = await fileKinds()
const read = (path: string): string => readFileSync(join(packageRoot, path), 'utf8')
const published = (path: string) => JSON.parse(read(path))

/** The published schema of each kind, and a file of that kind that fits it. */
const compiled = new Map(
  kinds.map((kind) => {
    const json = published(kind.published)
    const fits: ValidateFunction = new Ajv2020({ strictTypes: false }).compile(json)
    return [kind.name as string, { ...kind, json, fits, example: json.examples[0] as Record<string, unknown> }]
  }),
)
const kindNamed = (name: string) => compiled.get(name)!

describe.each(kinds)('$published', ({ name, docs, files }) => {
  const { json, fits, schema, published: path } = kindNamed(name)

  test('says what it is, and has an $id', () => {
    expect(json).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' })
    expect(json.$id).toMatch(/^urn:zsharness:schema:\w+$/)
    expect(json.description).toBeTruthy()
  })

  test.each(files)('%s fits it, and names it in its first line', (file) => {
    const text = read(file)
    expect(fits(parse(text)), JSON.stringify(fits.errors)).toBe(true)
    const named = /^# yaml-language-server: \$schema=(\S+)$/.exec(text.split('\n')[0]!)?.[1]
    expect(named && relative(packageRoot, join(packageRoot, dirname(file), named))).toBe(path)
  })

  test('its own examples fit it', () => {
    for (const example of json.examples) {
      expect(fits(example), JSON.stringify(fits.errors)).toBe(true)
      expect(schema.safeParse(example).error).toBeUndefined()
    }
    const ajv = new Ajv2020({ strictTypes: false })
    for (const key of keysOf(json))
      for (const example of key.schema.examples ?? [])
        expect(ajv.validate(key.schema, example), `${key.path}: ${ajv.errorsText()}`).toBe(true)
  })

  test(`${docs} names every key`, () => {
    const text = read(docs)
    for (const { path: key } of keysOf(json)) expect(text).toContain(`| \`${key}\` |`)
  })
})

test('every YAML file of the folders is of a kind', () => {
  const there = [paths.patches, paths.plans].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(relative(packageRoot, folder), file)),
  )
  expect(there.filter((file) => /\.ya?ml$/.test(file)).sort()).toEqual(kinds.flatMap(({ files }) => files).sort())
})

type Change = readonly [kind: string, change: object, accepted: boolean]
const takes = (kind: string, ...changes: object[]): Change[] => changes.map((change) => [kind, change, true])
const refuses = (kind: string, ...changes: object[]): Change[] => changes.map((change) => [kind, change, false])

const range = (versions: string) => ({ requires: [{ series: 'x', versions }] })
const patch = (name: string) => ({ patches: [name] })
const tree = (spec: string) => ({ trees: [spec] })
const lasting = (duration: string | number) => ({ duration })
const mutant = (rest: object) => ({ mutants: [{ file: 'a.patch', kind: 'leak', ...rest }] })
const expected = [{ oracle: 'data' }]

const RELEASES = [
  'debian:6.1',
  'debian:6.12=6.12.117-1~deb12u1',
  'debian:7.4=7.4~rc2-1',
  'v6.18.2',
  'v6.2-rc4',
  '6.1.100',
]
const PLACES = ['git:https://example.org/l.git#v6.2-rc4', 'git:a#b#c', 'dir:../linux', ' tar:/tmp/a b.tar.xz ']
const NO_TREES = ['', 'mainline', 'debain:6.1', 'debian', 'debian:bookworm', 'dir:', 'linux-6.1.tar.xz', '6.1-rc']
const NO_VERSIONS = ['debian:6.1=', 'debian:6.1=6.12.9-1', 'debian:6.12=6.12*', 'debian:6.12=6.12.9 1', 'debian:6.12.9']
const NO_GIT = ['git:l.git', 'git:#x', 'git:--upload-pack=x#y', 'git:u#-x', 'git:u#a..b^', 'git:u#']

test.each<Change>([
  ...takes('series', ...['*', '>=6.1', ' >=v6.1-rc1  <6.2.0+ ', '=6.1.0-13-amd64'].map(range)),
  ...refuses('series', ...['', 'newer', '>= 6.1', '>=6.1,<6.2', '6', '* *'].map(range)),
  ...takes('series', ...['0001-a.patch', 'a.mbox'].map(patch)),
  ...refuses('series', ...['', ' ', '.a.patch', ' .a.patch', 'x/a.patch', '../a.patch', '/a.patch'].map(patch)),
  ...refuses('series', { title: ' ' }, { touches: [] }, { knownFindngs: [] }),
  ...refuses('series', { applicability: [{ versions: '*', state: 'aplies', note: 'x' }] }),
  ...takes('plan', ...[...RELEASES, ...PLACES].map(tree)),
  ...refuses('plan', ...[...NO_TREES, ...NO_VERSIONS, ...NO_GIT].map(tree)),
  ...takes('plan', ...[30, '30', '30s', '2m', '1h', 999_999].map(lasting)),
  ...refuses('plan', ...[0, -1, 1.5, 1_000_000, '0s', 'soon', '1d', '1234567s'].map(lasting)),
  ...takes('plan', { configs: ['all'] }),
  ...refuses('plan', { configs: ['zpool-maybe'] }, { legs: ['both'] }, { runs: 0 }, { include: [{ arch: ['arm64'] }] }),
  ...takes('selftest', mutant({ expect: expected }), mutant({ expect: [], equivalent: 'x' })),
  ...refuses('selftest', mutant({}), mutant({ expect: [] }), mutant({ expect: expected, equivalent: 'x' })),
  ...takes('selftest', { controls: [{ name: 'x', lanes: ['pump'], seconds: 3, canary: null }] }),
  ...refuses('selftest', { canaries: [{ name: 'warn', expect: [] }] }),
])('the JSON schema of a %s and its loader agree: %j is accepted: %j', (name, change, accepted) => {
  const { fits, schema, example } = kindNamed(name)
  const file = { ...example, ...change }
  expect(schema.safeParse(file).success).toBe(accepted)
  expect(fits(file), JSON.stringify(fits.errors)).toBe(accepted)
})

describe('the table of keys', () => {
  const table = (key: object): string =>
    keyTable({ type: 'object', properties: { key } } as Parameters<typeof keyTable>[0])
  const about = { description: 'What.', examples: [['a|b']] }

  test('has the type, the default and an example', () => {
    const list = { type: 'array', minItems: 1, items: { enum: ['x', 'y'] }, default: ['x'], ...about }
    expect(table(list)).toContain('| `key` | list (not empty): one of `x`, `y` | `[x]` | What. | `[a\\|b]` |')
    expect(table({ anyOf: [{ type: 'integer', exclusiveMinimum: 0 }, { type: 'null' }], ...about })).toContain(
      '| whole number, 1 or more or null | optional |',
    )
  })

  test('wants every key described', () => {
    expect(() => table({ type: 'string' })).toThrow('the schema of the key key needs a description and an example')
  })
})
