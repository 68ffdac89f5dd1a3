// SPDX-License-Identifier: MIT
import { type Check, type Suite, suitesOf } from './checks.ts'
import type { Report } from './model.ts'

// Where the kernel's parser stops reading, wherever in a line it stands.
const STOPPERS = /(List of all partitions|Kernel panic - not syncing: VFS|reboot: System halted):?/g

const inert = (text: string): string =>
  text.replace(STOPPERS, (match) => match.replaceAll(':', ';').replace('all', 'the'))
// A name ends at `#`, which opens a directive.
const nameOf = (text: string): string =>
  inert(text)
    .replace(/[#\s]+/g, ' ')
    .trim() || 'unnamed'

const diagnostics = (text: string, indent: string): readonly string[] =>
  text === '' ? [] : text.split('\n').map((line) => `${indent}# | ${inert(line)}`.trimEnd())

const result = (number: number, check: Check): readonly string[] => {
  const ok = check.status === 'pass' || check.status === 'skip'
  const directive = check.status === 'skip' ? ` # SKIP ${nameOf(check.message)}` : ''
  const told =
    check.status === 'skip' || check.message === '' || check.detail.startsWith(check.message)
      ? []
      : diagnostics(check.message, '  ')
  return [
    ...told,
    ...diagnostics(check.detail, '  '),
    `  ${ok ? 'ok' : 'not ok'} ${number} ${nameOf(check.name)}${directive}`,
  ]
}

const suiteLines = ({ name, checks }: Suite, number: number): readonly string[] => {
  const ok = checks.every(({ status }) => status === 'pass' || status === 'skip')
  return [
    '  KTAP version 1',
    `  # Subtest: ${nameOf(name)}`,
    `  1..${checks.length}`,
    ...checks.flatMap((check, index) => result(index + 1, check)),
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
