// SPDX-License-Identifier: MIT
import { many } from '../../lib/text/number.ts'
import { duration } from '../../lib/text/time.ts'
import type { Tone } from '../../model/words.ts'
import type { Headline } from '../../report/headline.ts'
import { Hero } from '../../report/html/hero.tsx'
import { CommandLine } from '../../report/html/reproduce.tsx'
import { pageOf } from '../../report/html/shell.tsx'
import { countLines } from '../lines.ts'
import type { ExploreResult, FoundFailure, LegResult } from '../result.ts'
import { UNCONFIRMED } from '../verdict.ts'
import { Diagram } from './diagram.tsx'
import { commandsOf } from './text.ts'
import { legName, modelText, symptomText } from './words.ts'

const MEANINGS: Readonly<Record<ExploreResult['verdict'], string>> = {
  explored:
    'Without the patch, one order of steps fails with the bug. With it, none of all orders up to the bound fails.',
  inconclusive: 'This exploration is no evidence for the patch, and none against it on a booted kernel.',
}

const toneOf = ({ leg, status, failures }: LegResult): Tone => {
  if (status === 'cannot' || status === 'unbuilt') return 'unsure'
  if (leg === 'before') return failures.some(({ isBug }) => isBug) ? 'good' : 'unsure'
  return failures.length > 0 ? 'bad' : 'good'
}

const linesLine = ({ patchLines }: LegResult): Headline['reasons'][number]['lines'] => {
  if (patchLines === null) return []
  const { executable, executed } = countLines(patchLines)
  const tone = executed === executable && executable > 0 ? 'good' : 'unsure'
  return [{ label: 'patch lines', text: `${executed} of ${executable} with code ran`, tone }]
}

const reasonOf = ({ failures: [first], reason }: LegResult): string =>
  first ? `fails${first.isBug ? ' with the bug' : ''}: ${symptomText(first)}, in scenario ${first.scenario}` : reason

const headlineOf = (result: ExploreResult): Headline => ({
  tone: result.verdict === 'explored' ? 'good' : 'unsure',
  verdict: result.verdict,
  meaning: MEANINGS[result.verdict],
  known: [],
  reasons: [
    {
      where: 'because',
      verdict: '',
      lines: [
        ...result.legs.flatMap((leg) => [
          { label: legName(leg.leg), text: reasonOf(leg), tone: toneOf(leg) },
          ...linesLine(leg),
        ]),
        ...(result.verdict === 'explored'
          ? []
          : result.reasons.map((text, index) => ({ label: `reason ${index + 1}`, text, tone: 'unsure' as const }))),
      ],
    },
  ],
})

const factsOf = ({ tree, version, series, config, search, durationMs, exitCode }: ExploreResult) =>
  [
    ['patch', series],
    ['tree', `${tree} (${version})`],
    ['config', config],
    ['memory', search.memory === 'sc' ? 'sequentially consistent' : 'TSO'],
    ['budget a kernel', duration(search.budgetMs)],
    ['processes', `${search.processes}`],
    ['duration', duration(durationMs)],
    ['exit', `${exitCode}`],
  ] as const

interface Shown {
  readonly failure: FoundFailure
  readonly dir: string | undefined
}

const Other = ({ failure, dir }: Shown) => (
  <details class="card">
    <summary>
      {failure.isBug ? 'The bug' : 'A failure'} in {failure.scenario}: {symptomText(failure)}
    </summary>
    <Failure failure={failure} dir={dir} />
  </details>
)

const Holds = ({ failure }: Pick<Shown, 'failure'>) => {
  const chosen = failure.holds.flatMap(({ choices: [nearest] }) => nearest ?? [])
  if (chosen.length === 0) return <p class="muted">No hold point brings it: its threads run one after the other.</p>
  return (
    <>
      <p>
        The same order on a booted kernel, as {chosen.length === 1 ? 'a hold point' : 'hold points'}: a CPU waits at the
        first place until another one has left the second.
      </p>
      {chosen.map(({ text, why }) => (
        <div key={text}>
          <div class="command">
            <pre data-copy="">{`--hold '${text}'`}</pre>
          </div>
          <p class="muted">{why}.</p>
        </div>
      ))}
    </>
  )
}

const Failure = ({ failure, dir }: Shown) => {
  const { scenario, nth, bound, isBug, foundMs } = failure
  const commands = commandsOf(failure, dir)
  const warning = modelText(failure)
  return (
    <article class="card">
      <h3>{isBug ? 'The bug' : 'A failure'}, one step after the other</h3>
      <p class="muted">
        Scenario {scenario}, {bound === null ? 'no bound' : many(bound, 'preemption')}: schedule {nth}
        {foundMs === null ? '' : `, after ${Math.round(foundMs)} ms`}. This was {UNCONFIRMED}.
      </p>
      {warning === '' ? null : <p class="warn">{warning}</p>}
      <Diagram failure={failure} />
      <Holds failure={failure} />
      {commands?.boot ? <CommandLine name="try it on a booted kernel" words={commands.boot} /> : null}
      {commands ? <CommandLine name="this schedule again" words={commands.again} /> : null}
    </article>
  )
}

const reachedText = (complete: LegResult['reached'][number]['complete']): string => {
  if (complete === null) return 'not complete'
  return complete === 'all' ? 'every schedule' : `all up to ${many(complete, 'preemption')}`
}

const Scenarios = ({ leg }: { leg: LegResult }) => (
  <details class="card">
    <summary>
      {many(leg.reached.length, 'scenario')}: how far each was explored. {leg.frontier}
    </summary>
    <table class="matrix plain">
      <thead>
        <tr>
          {['scenario', 'threads', 'complete', 'schedules', 'states'].map((name) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {leg.reached.map((one) => (
          <tr key={one.name}>
            <td data-label="scenario">{one.name}</td>
            <td data-label="threads">{one.threads}</td>
            <td data-label="complete">{reachedText(one.complete)}</td>
            <td data-label="schedules">{one.schedules}</td>
            <td data-label="states">{one.states}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </details>
)

const Idle = ({ leg }: { leg: LegResult }) => {
  const idle = (leg.patchLines ?? []).flatMap(({ file, lines }) =>
    lines.filter(({ ran }) => !ran).map(({ line, text }) => `${file}:${line}: ${text.trim()}`),
  )
  return idle.length === 0 ? null : (
    <div class="card">
      <h4>Lines of the patch that no schedule ran</h4>
      <pre>{idle.join('\n')}</pre>
    </div>
  )
}

const Leg = ({ leg, dir }: { leg: LegResult; dir: string | undefined }) => (
  <section>
    <h2>
      The kernel {legName(leg.leg)}: {leg.failures.length > 0 ? 'a schedule fails' : leg.reason}
    </h2>
    {leg.failures.map((failure, index) =>
      index === 0 ? (
        <Failure key={index} failure={failure} dir={dir} />
      ) : (
        <Other key={index} failure={failure} dir={dir} />
      ),
    )}
    {leg.reached.length > 0 ? <Scenarios leg={leg} /> : null}
    <Idle leg={leg} />
  </section>
)

const Limits = ({ result }: { result: ExploreResult }) => {
  const models = [...new Set(result.legs.flatMap((leg) => leg.models))]
  return (
    <section>
      <h2>What this cannot say</h2>
      <div class="card">
        <ul>
          {result.limits.map((limit) => (
            <li key={limit}>{limit}</li>
          ))}
          {models.map((model) => (
            <li key={model}>A model and not the kernel's own code: {model}</li>
          ))}
        </ul>
      </div>
    </section>
  )
}

// A patched kernel that fails is what a reader must see first.
const inOrder = (legs: readonly LegResult[]): readonly LegResult[] =>
  legs.some(({ leg, failures }) => leg === 'after' && failures.length > 0) ? legs.toReversed() : legs

/** An exploration as one page without other files; `dir` is its folder. */
export const exploreHtml = (result: ExploreResult, dir?: string): string =>
  pageOf(
    `${result.verdict}: zsharness explore ${result.id}`,
    <>
      <Hero headline={headlineOf(result)} facts={factsOf(result)} />
      {inOrder(result.legs).map((leg) => (
        <Leg key={leg.leg} leg={leg} dir={dir} />
      ))}
      <Limits result={result} />
      <section>
        <h2>Reproduce</h2>
        <div class="card">
          <CommandLine name="the exploration" words={result.command} />
        </div>
      </section>
    </>,
  )
