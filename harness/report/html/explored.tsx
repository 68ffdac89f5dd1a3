// SPDX-License-Identifier: MIT
import type { Exploration } from '../../model/results.ts'
import { describeExploration, describeFigures, toneOfExploration } from '../../verdict/explored.ts'
import { describeModelFailure, pageOfExploration } from '../explored.ts'
import type { Report } from '../model.ts'
import { SIGNS } from './words.ts'

const Explored = ({ one }: { one: Exploration }) => {
  const tone = toneOfExploration(one)
  const page = pageOfExploration(one)
  return (
    <article class="card">
      <h3>
        {one.config}{' '}
        <span class="muted">
          {one.arch} objects of {one.series} on {one.tree}
        </span>
      </h3>
      <p class={`strength ${tone}`}>
        <span aria-hidden="true">{SIGNS[tone]}</span> {describeExploration(one)}.
      </p>
      {page === undefined ? null : <p>{describeFigures(one)}.</p>}
      {one.failures.length === 0 ? null : (
        <ul>
          {one.failures.map((failure) => (
            <li key={failure.leg}>{describeModelFailure(failure)}</li>
          ))}
        </ul>
      )}
      {one.unexplored.length === 0 ? null : <p>Not explored: {one.unexplored.join(', ')}.</p>}
      {page === undefined ? null : (
        <p>
          <a href={page}>The schedules, and what they cannot say</a>
        </p>
      )}
    </article>
  )
}

/** What was explored in user space, beside the boots. It is evidence, and no verdict. */
export const Explorations = ({ report }: { report: Report }) =>
  report.run.explorations.length === 0 ? null : (
    <section>
      <h2>Exploration</h2>
      {report.run.explorations.map((one) => (
        <Explored key={one.name} one={one} />
      ))}
    </section>
  )
