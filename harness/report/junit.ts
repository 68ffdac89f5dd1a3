// SPDX-License-Identifier: MIT
import type { Report } from './model.ts'
import { type Suite, suitesOf, type TestCase } from './testcases.ts'

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

const outcome = ({ status, message, detail }: TestCase): string => {
  if (status === 'pass') return detail === '' ? '' : `<system-out>${content(detail)}</system-out>`
  const text = content(detail === '' ? message : `${message}\n${detail}`)
  if (status === 'skip') return `<skipped message="${attribute(message)}"/>`
  return `<${TAGS[status]} message="${attribute(message)}" type="${status}">${text}</${TAGS[status]}>`
}

const caseXml = (suite: string, one: TestCase): string =>
  `    <testcase classname="${attribute(suite)}" name="${attribute(one.name)}" time="${seconds(one.ms)}">${outcome(one)}</testcase>`

const count = (cases: readonly TestCase[], status: TestCase['status']): number =>
  cases.filter((one) => one.status === status).length

const counts = (cases: readonly TestCase[]): string =>
  `tests="${cases.length}" failures="${count(cases, 'fail')}" errors="${count(cases, 'error')}"`

const suiteXml = ({ name, cases }: Suite, startedAt: string): string => {
  const time = seconds(cases.reduce((sum, { ms }) => sum + ms, 0))
  const head = `  <testsuite name="${attribute(name)}" ${counts(cases)} skipped="${count(cases, 'skip')}" time="${time}" timestamp="${attribute(startedAt)}">`
  return [head, ...cases.map((one) => caseXml(name, one)), '  </testsuite>'].join('\n')
}

export interface Suites {
  readonly suites: readonly Suite[]
  readonly durationMs: number
  /** ISO 8601, in UTC. */
  readonly startedAt: string
}

/** Suites as JUnit XML. */
export const junitOf = ({ suites, durationMs, startedAt }: Suites): string => {
  const all = suites.flatMap(({ cases }) => cases)
  const timestamp = startedAt.replace(/(\.\d+)?Z$/, '')
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="zsharness" ${counts(all)} time="${seconds(durationMs)}">`,
    ...suites.map((suite) => suiteXml(suite, timestamp)),
    '</testsuites>',
    '',
  ].join('\n')
}

/** The run as JUnit XML. */
export const junitReport = (report: Report): string => junitOf({ ...report.run, suites: suitesOf(report) })
