// SPDX-License-Identifier: MIT
import type { Reading } from '../corpus.ts'
import { AGES, ARCH_COLUMNS, type Place } from './place.ts'

/** One expected report, and what the engine reads at its place: undefined where it sees none. */
export interface Row {
  readonly log: string
  readonly place: Place
  readonly expected: Reading
  readonly found: Reading | undefined
}

const isFamilyRight = ({ expected, found }: Row): boolean =>
  found?.family === expected.family && found.kind === expected.kind

/** The function and the mark `corrupted` belong together: a wrong name is harmless only where the report says so. */
const isFunctionRight = ({ expected, found }: Row): boolean =>
  found?.function === expected.function && found.corrupted === expected.corrupted

export const isRight = (row: Row): boolean => isFamilyRight(row) && isFunctionRight(row)

const counted = (rows: readonly Row[]): string => {
  if (rows.length === 0) return ''
  const right = rows.filter(isRight).length
  return right === rows.length ? `${right}` : `${right}/${rows.length}`
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const grid = (title: string, columns: readonly string[], of: (row: Row) => string, rows: readonly Row[]): string => {
  const families = [...new Set(rows.map(({ expected }) => expected.family))].sort()
  const used = columns.filter((column) => rows.some((row) => of(row) === column))
  const cells = (mine: readonly Row[]) => [
    ...used.map((one) => counted(mine.filter((row) => of(row) === one))),
    counted(mine),
  ]
  return [
    line([title, ...used, 'all']),
    line(['---', ...used.map(() => '---:'), '---:']),
    ...families.map((family) => line([family, ...cells(rows.filter(({ expected }) => expected.family === family))])),
    line(['all', ...cells(rows)]),
  ].join('\n')
}

const named = (reading: Reading | undefined): string =>
  reading === undefined
    ? 'nothing'
    : `${reading.family}/${reading.kind} in ${reading.function ?? 'no function'}${reading.corrupted === null ? '' : `, corrupted: ${reading.corrupted}`}`

const wrongLines = (rows: readonly Row[]): readonly string[] =>
  rows
    .filter((row) => !isRight(row))
    .map(({ log, expected, found }) => `* ${log}, line ${expected.line}: ${named(found)}; expected ${named(expected)}`)

/** The reports of the corpus by family, age and architecture: how many are read right, and which are not. */
export const tableOf = (rows: readonly Row[], logs: number): string => {
  const functions = rows.filter(({ expected }) => expected.function !== null)
  const wrong = wrongLines(rows)
  return [
    `${logs} logs, ${rows.length} reports: family and kind of ${rows.filter(isFamilyRight).length} are right, ` +
      `function of ${functions.filter(isFunctionRight).length} of the ${functions.length} that have one.`,
    'A cell is the number of reports that are read right, or right/all where some are not.',
    '',
    grid('family by age', AGES, ({ place }) => place.age, rows),
    '',
    grid('family by architecture', ARCH_COLUMNS, ({ place }) => place.arch, rows),
    '',
    wrong.length === 0 ? 'All are read right.' : `Read wrong:\n\n${wrong.join('\n')}`,
    '',
  ].join('\n')
}
