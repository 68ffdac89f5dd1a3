// SPDX-License-Identifier: MIT
import type { Coverage } from '../coverage.ts'
import { type DiffLine, readPatch } from '../difflines.ts'
import type { PatchText, Report } from '../model.ts'
import { short } from './words.ts'

type Counts = ReadonlyMap<string, number | null>

/** How often each line ran over all boots with the patch: a number, or null for a line without code. */
const countsOf = (coverages: readonly Coverage[]): Counts => {
  const counts = new Map<string, number | null>()
  for (const { file, lines } of coverages.flatMap(({ files }) => files))
    for (const { line, count } of lines) {
      const key = `${file}:${line}`
      const old = counts.get(key) ?? null
      counts.set(key, count === null ? old : (old ?? 0) + count)
    }
  return counts
}

const ran = ({ kind, file, line }: DiffLine, counts: Counts): readonly [text: string, className: string] => {
  if (kind !== 'add' || counts.size === 0) return ['', '']
  const count = counts.get(`${file}:${line}`) ?? null
  if (count === null) return ['', '']
  return count > 0 ? [`×${short(count)}`, 'ran'] : ['not run', 'idle']
}

const Row = ({ line, counts }: { line: DiffLine; counts: Counts }) => {
  const [text, className] = ran(line, counts)
  return (
    <span class={`row ${line.kind}`}>
      <span class={`gutter ${className}`}>{text}</span>
      {line.text}
      {'\n'}
    </span>
  )
}

const One = ({ patch, counts }: { patch: PatchText; counts: Counts }) => {
  const { message, lines } = readPatch(patch.text)
  return (
    <article class="card">
      <h3>{patch.subject}</h3>
      {message === '' ? null : (
        <details>
          <summary>its message</summary>
          <pre>{message}</pre>
        </details>
      )}
      <pre class={counts.size > 0 ? 'diff measured' : 'diff'}>
        {lines.map((line, index) => (
          <Row key={index} line={line} counts={counts} />
        ))}
      </pre>
    </article>
  )
}

/** The patch, each added line with how often it ran. */
export const Patches = ({ report }: { report: Report }) => {
  if (report.patches.length === 0) return null
  const coverages = report.cells.flatMap(({ cell, coverage }) => (cell.leg === 'after' && coverage ? [coverage] : []))
  const counts = countsOf(coverages)
  return (
    <section>
      <h2>The patch</h2>
      <p class="muted">
        {counts.size > 0
          ? 'Beside each added line: how often it ran, over all boots with the patch.'
          : 'Which of its lines ran was not measured in this run.'}
      </p>
      {report.patches.map((patch) => (
        <One key={patch.subject} patch={patch} counts={counts} />
      ))}
    </section>
  )
}
