// SPDX-License-Identifier: MIT
import type { Report } from './model.ts'
import { type Suite, suitesOf, type TestCase } from './testcases.ts'

// The kernel's parser stops reading at these, anywhere in a line.
const STOPPERS = /(List of all partitions|Kernel panic - not syncing: VFS|reboot: System halted):?/g

const inert = (text: string): string =>
  text.replace(STOPPERS, (match) => match.replaceAll(':', ';').replace('all', 'the'))
// A name ends at `#`, which starts a directive.
const nameOf = (text: string): string =>
  inert(text)
    .replace(/[#\s]+/g, ' ')
    .trim() || 'unnamed'

const diagnostics = (text: string, indent: string): readonly string[] =>
  text === '' ? [] : text.split('\n').map((line) => `${indent}# | ${inert(line)}`.trimEnd())

const result = (number: number, { name, status, message, detail }: TestCase): readonly string[] => {
  const ok = status === 'pass' || status === 'skip'
  const directive = status === 'skip' ? ` # SKIP ${nameOf(message)}` : ''
  return [
    ...(status === 'skip' || detail.startsWith(message) ? [] : diagnostics(message, '  ')),
    ...diagnostics(detail, '  '),
    `  ${ok ? 'ok' : 'not ok'} ${number} ${nameOf(name)}${directive}`,
  ]
}

const suiteLines = ({ name, cases }: Suite, number: number): readonly string[] => {
  const ok = cases.every(({ status }) => status === 'pass' || status === 'skip')
  return [
    '  KTAP version 1',
    `  # Subtest: ${nameOf(name)}`,
    `  1..${cases.length}`,
    ...cases.flatMap((one, index) => result(index + 1, one)),
    `${ok ? 'ok' : 'not ok'} ${number} ${nameOf(name)}`,
  ]
}

/** Suites as KTAP version 1, as tools/testing/kunit of the kernel reads it. */
export const ktapOf = (suites: readonly Suite[]): string => {
  const lines = [
    'KTAP version 1',
    `1..${suites.length}`,
    ...suites.flatMap((suite, index) => suiteLines(suite, index + 1)),
  ]
  return `${lines.join('\n')}\n`
}

/** The run as KTAP. */
export const ktapReport = (report: Report): string => ktapOf(suitesOf(report))
