// SPDX-License-Identifier: MIT
import type { LineCounts } from './gcov.ts'
import type { Coverage } from './schema.ts'

/** The listing of one file: its added lines with their counts. */
export const listFile = (
  file: string,
  source: string,
  added: readonly number[],
  lanes: ReadonlyMap<string, LineCounts>,
): Coverage['files'][number] => {
  const texts = source.split('\n')
  const lines = added.map((line) => {
    const ran = [...lanes].filter(([, counts]) => counts.has(line))
    const count = ran.length === 0 ? null : ran.reduce((sum, [, counts]) => sum + counts.get(line)!, 0)
    const perLane = Object.fromEntries(ran.map(([lane, counts]) => [lane, counts.get(line)!]))
    return { line, text: texts[line - 1] ?? '', count, lanes: perLane }
  })
  return { file, lines }
}

/** How many of the added lines have instructions, and how many of those ran. */
export const summarise = (coverage: Coverage): { readonly executable: number; readonly executed: number } => {
  const counts = coverage.files.flatMap(({ lines }) => lines.flatMap(({ count }) => (count === null ? [] : [count])))
  return { executable: counts.length, executed: counts.filter((count) => count > 0).length }
}
