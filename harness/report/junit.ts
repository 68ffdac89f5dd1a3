// SPDX-License-Identifier: MIT
import type { Check, Suite } from './checks.ts'
import { suitesOf } from './checks.ts'
import type { Report } from './model.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
}
const attribute = (text: string): string => text.replace(/[&<>"\n\t]/g, (character) => ENTITIES[character]!)
const content = (text: string): string => text.replace(/[&<>]/g, (character) => ENTITIES[character]!)
const seconds = (ms: number): string => (ms / 1000).toFixed(3)

const TAGS = { fail: 'failure', error: 'error', skip: 'skipped' } as const

const outcome = ({ status, message, detail }: Check): string => {
  if (status === 'pass') return detail === '' ? '' : `<system-out>${content(detail)}</system-out>`
  const text = content(detail === '' ? message : `${message}\n${detail}`)
  if (status === 'skip') return `<skipped message="${attribute(message)}"/>`
  return `<${TAGS[status]} message="${attribute(message)}" type="${status}">${text}</${TAGS[status]}>`
}

const testCase = (suite: string, check: Check): string =>
  `    <testcase classname="${attribute(suite)}" name="${attribute(check.name)}" time="${seconds(check.ms)}">${outcome(check)}</testcase>`

const count = (checks: readonly Check[], status: Check['status']): number =>
  checks.filter((check) => check.status === status).length

const counts = (checks: readonly Check[]): string =>
  `tests="${checks.length}" failures="${count(checks, 'fail')}" errors="${count(checks, 'error')}"`

const testSuite = ({ name, checks }: Suite, startedAt: string): string => {
  const time = seconds(checks.reduce((sum, { ms }) => sum + ms, 0))
  const head = `  <testsuite name="${attribute(name)}" ${counts(checks)} skipped="${count(checks, 'skip')}" time="${time}" timestamp="${attribute(startedAt)}">`
  return [head, ...checks.map((check) => testCase(name, check)), '  </testsuite>'].join('\n')
}

export interface Suites {
  readonly suites: readonly Suite[]
  readonly durationMs: number
  /** ISO 8601, in UTC. */
  readonly startedAt: string
}

/** Suites as JUnit XML. */
export const junitOf = ({ suites, durationMs, startedAt }: Suites): string => {
  const all = suites.flatMap(({ checks }) => checks)
  const timestamp = startedAt.replace(/(\.\d+)?Z$/, '')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="zsharness" ${counts(all)} time="${seconds(durationMs)}">`,
    ...suites.map((suite) => testSuite(suite, timestamp)),
    '</testsuites>',
    '',
  ].join('\n')
}

/** The run as JUnit XML. */
export const junitReport = (report: Report): string => junitOf({ ...report.run, suites: suitesOf(report) })
