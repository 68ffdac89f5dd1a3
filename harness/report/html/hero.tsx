// SPDX-License-Identifier: MIT
import { basename } from 'node:path'
import { duration } from '../../lib/text/time.ts'
import { describeAmplify } from '../amplify.ts'
import { type Headline, headlineOf } from '../headline.ts'
import type { Report } from '../model.ts'
import { many, SIGNS } from './words.ts'

const MAX_REASONS = 4

const Reasons = ({ reasons }: Pick<Headline, 'reasons'>) => (
  <ul class="reasons">
    {reasons.slice(0, MAX_REASONS).map(({ where, verdict, lines }) => (
      <li key={where + verdict + lines[0]?.label}>
        <b>{where}</b>
        <dl>
          {lines.map(({ label, text, tone }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd class={tone}>
                <span aria-hidden="true">{SIGNS[tone]}</span> {text}
              </dd>
            </div>
          ))}
        </dl>
      </li>
    ))}
    {reasons.length > MAX_REASONS ? <li>and {reasons.length - MAX_REASONS} more below</li> : null}
  </ul>
)

type Facts = readonly (readonly [string, string])[]

const seriesOf = (cell: Report['run']['cells'][number]): string =>
  [cell.series, ...(cell.request?.extraPatchFiles ?? []).map((file) => basename(file))].join(' + ')

const factsOf = ({ run }: Report): Facts => {
  const first = run.cells[0]
  const machines = Object.entries(run.accelerator).map(
    ([arch, accelerator]) => `${arch} on ${accelerator.toUpperCase()}`,
  )
  return [
    ['patch', first ? seriesOf(first) : 'unknown'],
    ['tree', first ? `${first.tree}${first.kernel.version === '' ? '' : ` (${first.kernel.version})`}` : 'unknown'],
    ['machine', machines.join(', ') || 'none'],
    ['hold points', describeAmplify(run)],
    ['boots', many(run.cells.length, 'boot')],
    ['duration', duration(run.durationMs)],
    ['exit', String(run.exitCode)],
  ]
}

/** The verdict, what it means and its reasons: what a reader sees in five seconds. */
export const Hero = ({ headline, facts }: { headline: Headline; facts: Facts }) => (
  <header class={`hero ${headline.tone}`}>
    <p class="verdict">
      <span class="sign" aria-hidden="true">
        {SIGNS[headline.tone]}
      </span>
      <span>{headline.verdict}</span>
    </p>
    <h1>{headline.meaning}</h1>
    {headline.schedule ? (
      <p class={headline.schedule.tone === 'good' ? undefined : 'warn'}>
        <span aria-hidden="true">{SIGNS[headline.schedule.tone]}</span> {headline.schedule.text}
      </p>
    ) : null}
    {headline.known.map((text) => (
      <p class="warn" key={text}>
        <span aria-hidden="true">{SIGNS.unsure}</span> {text}
      </p>
    ))}
    <Reasons reasons={headline.reasons} />
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  </header>
)

export const RunHero = ({ report }: { report: Report }) => (
  <Hero headline={headlineOf(report)} facts={factsOf(report)} />
)
