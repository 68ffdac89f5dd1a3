// SPDX-License-Identifier: MIT
import type { Finding } from '../../model/results.ts'
import { splatOf } from '../findings.ts'
import type { CellReport } from '../model.ts'
import { SplatView } from './splat.tsx'

/** One finding: its oracle and place, and what the kernel printed or the oracle saw. */
export const FindingView = ({ finding, report }: { finding: Finding; report: CellReport }) => {
  const splat = splatOf(report, finding)
  return (
    <li class={finding.known ? 'known' : undefined}>
      <p>
        <span class="tag">{finding.oracle}</span>
        {finding.signature ? <span class="tag bug">this bug</span> : null}
        {finding.known ? <span class="tag">known</span> : null} <b>{finding.title}</b>{' '}
        {finding.file === null ? null : (
          <span class="at">
            {finding.file}
            {finding.line === null ? '' : `:${finding.line}`}
          </span>
        )}
      </p>
      {finding.remedy === null ? null : <p>Remedy: {finding.remedy}</p>}
      {splat ? <SplatView splat={splat} /> : <pre class="detail">{finding.detail}</pre>}
    </li>
  )
}
