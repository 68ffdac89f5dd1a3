// SPDX-License-Identifier: MIT
import type { Coverage } from '../../verdict/coverage/schema.ts'
import { type DiffLine, readPatch } from '../difflines.ts'
import type { PatchText, Report } from '../model.ts'
import { type Ran, ranLines } from '../ran.ts'
import { short } from './words.ts'

type Counts = ReadonlyMap<DiffLine, Ran>

interface Mark {
  readonly text: string
  readonly className: string
  readonly title?: string
}

const markOf = (line: DiffLine, counts: Counts): Mark => {
  const ran = counts.get(line)
  if (!ran || ran.count === null) return { text: '', className: '' }
  if (ran.count === 0) return { text: 'not run', className: 'idle' }
  const title = Object.entries(ran.lanes)
    .map(([lane, times]) => `${lane} ${times}`)
    .join(', ')
  return { text: `×${short(ran.count)}`, className: 'ran', ...(title === '' ? {} : { title }) }
}

const Row = ({ line, counts }: { line: DiffLine; counts: Counts }) => {
  const { text, className, title } = markOf(line, counts)
  return (
    <span class={`row ${line.kind}`}>
      <span class={`gutter ${className}`} title={title}>
        {text}
      </span>
      {line.text}
      {'\n'}
    </span>
  )
}

/** A patch: its folded message, and its diff with how often each added line ran. */
export const PatchCard = ({ patch, coverages }: { patch: PatchText; coverages: readonly Coverage[] }) => {
  const { message, lines } = readPatch(patch.text)
  const counts = ranLines(lines, coverages)
  return (
    <article class="card">
      <h3>{patch.subject}</h3>
      {message === '' ? null : (
        <details>
          <summary>commit message</summary>
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

/** The patches under test. */
export const Patches = ({ report }: { report: Report }) => {
  if (report.patches.length === 0) return null
  const coverages = report.cells.flatMap(({ cell, coverage }) => (cell.leg === 'after' && coverage ? [coverage] : []))
  return (
    <section>
      <h2>The patch</h2>
      <p class="muted">
        {coverages.length > 0
          ? 'Next to each added line: how often it ran in all boots with the patch.'
          : 'This run did not measure which lines ran.'}
      </p>
      {report.patches.map((patch) => (
        <PatchCard key={patch.subject} patch={patch} coverages={coverages} />
      ))}
    </section>
  )
}
