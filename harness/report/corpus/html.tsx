// SPDX-License-Identifier: MIT
import { duration } from '../../lib/text/time.ts'
import { Badge } from '../html/badge.tsx'
import { Hero } from '../html/hero.tsx'
import { pageOf } from '../html/shell.tsx'
import { anchor } from '../html/words.ts'
import type { Corpus, CorpusBug, CorpusPair } from './schema.ts'
import {
  exposureText,
  kernelText,
  leftOutText,
  luckText,
  secondsText,
  summaryOf,
  symptomText,
  verdictText,
  versionsText,
  whichText,
} from './words.ts'

const factsOf = (corpus: Corpus): readonly (readonly [string, string])[] => [
  ['run', corpus.run],
  ['plan', corpus.plan ?? 'none'],
  [
    'machine',
    Object.entries(corpus.accelerator)
      .map(([arch, accelerator]) => `${arch} on ${accelerator.toUpperCase()}`)
      .join(', ') || 'none',
  ],
  ['duration', duration(corpus.durationMs)],
]

const BugRow = ({ bug }: { bug: CorpusBug }) => (
  <tr>
    <th scope="row">
      <a href={`#${anchor(bug.series)}`}>{bug.series}</a>
    </th>
    <td data-label="bug">{bug.title}</td>
    <td data-label="versions">{versionsText(bug)}</td>
    <td data-label="verdict">
      <Badge verdict={verdictText(bug.verdict)} />
    </td>
  </tr>
)

const Overview = ({ bugs }: Pick<Corpus, 'bugs'>) => (
  <section>
    <h2>Bugs</h2>
    <table class="matrix bugs">
      <thead>
        <tr>
          {['series', 'bug', 'versions', 'verdict'].map((label) => (
            <th scope="col" key={label}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {bugs.map((bug) => (
          <BugRow key={bug.series} bug={bug} />
        ))}
      </tbody>
    </table>
  </section>
)

const PairRow = ({ pair }: { pair: CorpusPair }) => (
  <tr>
    <th scope="row">{kernelText(pair)}</th>
    <td data-label="symptom">{symptomText(pair)}</td>
    <td data-label="seconds to failure">{secondsText(pair)}</td>
    <td data-label="exposure">{exposureText(pair)}</td>
    <td data-label="luck">{luckText(pair)}</td>
    <td data-label="verdict">
      <Badge verdict={verdictText(pair.verdict)} />
      {pair.verdict === 'fixed' ? null : <span class="muted"> {pair.reason}</span>}
    </td>
  </tr>
)

const Bug = ({ bug }: { bug: CorpusBug }) => (
  <article class="card" id={anchor(bug.series)}>
    <h3>{bug.title}</h3>
    <p class="muted">
      {bug.series}: {whichText(bug)}; on {versionsText(bug)}
    </p>
    <p>{bug.people.join(' ')}</p>
    {bug.pairs.length === 0 ? (
      <p class="warn">No kernel of it ran.</p>
    ) : (
      <table class="matrix shown">
        <thead>
          <tr>
            {['kernel', 'symptom', 'seconds to failure', 'exposure', 'luck', 'verdict'].map((label) => (
              <th scope="col" key={label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bug.pairs.map((pair) => (
            <PairRow key={pair.name} pair={pair} />
          ))}
        </tbody>
      </table>
    )}
  </article>
)

const Warnings = ({ missing, problems, leftOut }: Pick<Corpus, 'missing' | 'problems' | 'leftOut'>) => (
  <>
    {leftOut.cells > 0 ? <p class="warn">{leftOutText({ leftOut })}</p> : null}
    {missing.length > 0 ? <p class="warn">These cells did not run: {missing.join(', ')}.</p> : null}
    {problems.map((problem) => (
      <p class="warn" key={problem}>
        {problem}
      </p>
    ))}
  </>
)

/** The corpus as one page without other files. */
export const htmlCorpus = (corpus: Corpus): string => {
  const { tone, text, meaning } = summaryOf(corpus)
  return pageOf(
    `The corpus: ${text}`,
    <>
      <Hero headline={{ tone, verdict: text, meaning, reasons: [], known: [] }} facts={factsOf(corpus)} />
      <Warnings missing={corpus.missing} problems={corpus.problems} leftOut={corpus.leftOut} />
      <Overview bugs={corpus.bugs} />
      <section>
        <h2>What each showed</h2>
        {corpus.bugs.map((bug) => (
          <Bug key={bug.series} bug={bug} />
        ))}
      </section>
    </>,
  )
}
