// SPDX-License-Identifier: MIT
import { describeChange } from '../../verdict/compare.ts'
import type { Report } from '../model.ts'

/** The comparison with an earlier run, if there is one. */
export const Against = ({ report }: { report: Report }) => {
  const { comparison } = report.run
  if (comparison === null) return null
  return (
    <section>
      <h2>Compared with {comparison.baseline}</h2>
      {comparison.changes.length === 0 ? <p>Nothing changed, and nothing fails.</p> : null}
      <ul>
        {comparison.changes.map((change) => (
          <li key={change.what}>{describeChange(change)}</li>
        ))}
      </ul>
    </section>
  )
}
