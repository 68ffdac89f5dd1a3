// SPDX-License-Identifier: MIT
import { Ajv } from 'ajv'

// What KCIDB takes of version 5.3, as far as a report of ours can have it.
const text = { type: 'string', not: { pattern: '\\u0000' } }
const origin = { type: 'string', pattern: '^[a-z0-9_]+$' }
const id = { type: 'string', pattern: '^[a-z0-9_]+:.+$', not: { pattern: '\\u0000' } }
const status = { enum: ['FAIL', 'ERROR', 'MISS', 'PASS', 'DONE', 'SKIP'] }
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' }
const log = { ...text, maxLength: 16_384 }
const seconds = { type: 'number', minimum: 0 }
const misc = { type: 'object' }
const url = { ...text, pattern: '^https?://' }

const object = (properties: Record<string, unknown>, required: readonly string[]) => ({
  ...{ type: 'object', properties, required, additionalProperties: false },
  patternProperties: { '^_': {} },
})
const list = (items: unknown) => ({ type: 'array', items })
const files = list(object({ name: text, url }, ['name', 'url']))

const checkout = object(
  {
    ...{ id, origin, tree_name: text, git_repository_url: url, git_commit_name: text, comment: text, misc },
    git_commit_hash: { type: 'string', pattern: '^[0-9a-f]{40}$' },
    patchset_files: files,
    patchset_hash: { type: 'string', pattern: '^([0-9a-f]{64})?$' },
    ...{ message_id: text, start_time: time, valid: { type: 'boolean' } },
  },
  ['id', 'origin'],
)
const build = object(
  {
    ...{ checkout_id: id, id, origin, command: text, compiler: text, config_name: text, duration: seconds, misc },
    architecture: { type: 'string', pattern: '^[a-z0-9_]*$' },
    ...{ start_time: time, status, log_excerpt: log, input_files: files, output_files: files },
  },
  ['checkout_id', 'id', 'origin'],
)
const test = object(
  {
    ...{ build_id: id, id, origin, status, duration: seconds, start_time: time, log_excerpt: log, misc },
    path: { type: 'string', pattern: '^([a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*)?$' },
    number: object({ value: { type: 'number' }, unit: text, prefix: text }, ['value']),
    environment: object({ comment: text, compatible: list(text), misc }, []),
  },
  ['build_id', 'id', 'origin'],
)
const issue = object(
  {
    ...{ id, version: { type: 'integer' }, origin, categories: list(text), report_url: url, report_subject: text },
    culprit: object({ code: { type: 'boolean' }, tool: { type: 'boolean' }, harness: { type: 'boolean' } }, []),
    comment: text,
  },
  ['id', 'version', 'origin'],
)
const incident = object(
  {
    ...{ id, origin, issue_id: id, issue_version: { type: 'integer' }, build_id: id, test_id: id },
    ...{ present: { type: 'boolean' }, comment: text },
  },
  ['id', 'origin', 'issue_id', 'issue_version'],
)
const version = object({ major: { const: 5 }, minor: { const: 3 } }, ['major', 'minor'])
const schema = object(
  {
    version,
    ...{ checkouts: list(checkout), builds: list(build), tests: list(test) },
    ...{ issues: list(issue), incidents: list(incident) },
  },
  ['version'],
)

const fits = new Ajv({ strict: false }).compile(schema)

/** Where a value has null or NUL, which KCIDB takes nowhere, `misc` included. */
const bareOf = (value: unknown, at: string): readonly string[] => {
  if (value === null) return [`${at} is null`]
  if (typeof value === 'string') return value.includes('\0') ? [`${at} has a NUL`] : []
  if (typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, one]) => bareOf(one, `${at}/${key}`))
}

/** What KCIDB has against this text; empty for nothing. */
export const kcidbErrors = (text: string): string => {
  const value: unknown = JSON.parse(text)
  const wrong = fits(value) ? [] : [new Ajv().errorsText(fits.errors)]
  return [...wrong, ...bareOf(value, '')].join('; ')
}
