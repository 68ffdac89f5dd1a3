// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { believe } from './belief.ts'
import { type Decision, decide, type SearchSettings, standing } from './decide.ts'
import { type Commit, makeGraph } from './graph.ts'
import { type Trial, type TrialOutcome, tallyTrials } from './tallies.ts'

const SETTINGS: SearchSettings = { confidence: 0.99, proofHits: 3, maxEndRuns: 20, maxRuns: 500, costs: { build: 2 } }
const CERTAIN: SearchSettings = { ...SETTINGS, always: 1, proofHits: 1 }

const line = (length: number): readonly Commit[] =>
  Array.from({ length }, (_, index) => ({
    id: `c${index}`,
    parents: [index === 0 ? 'good' : `c${index - 1}`],
    subject: '',
    author: '',
    date: '',
  }))

const graphOf = (length: number) => makeGraph(line(length), { bad: `c${length - 1}`, good: ['good'], bases: [] })

const times = (n: number, commit: string, outcome: TrialOutcome): readonly Trial[] =>
  Array.from({ length: n }, () => ({ commit, outcome }))

const withProvenEnds = (bad: string): readonly Trial[] => [...times(3, bad, 'bad'), ...times(12, 'good', 'clean')]

const endOf = (decision: Decision) => ('end' in decision ? decision.end : undefined)
const stepOf = (decision: Decision) => ('step' in decision ? decision.step : undefined)

describe('the ends', () => {
  const graph = graphOf(8)
  test.each<[string, readonly Trial[], object]>([
    ['the bad end is tested first', [], { commit: 'c7', stage: 'bad-end' }],
    ['until it has enough hits', times(2, 'c7', 'bad'), { commit: 'c7', stage: 'bad-end' }],
    ['then the good end is tested', times(3, 'c7', 'bad'), { commit: 'good', stage: 'good-end' }],
    [
      'until a clean streak by luck is unlikely',
      [...times(3, 'c7', 'bad'), ...times(1, 'good', 'clean')],
      { stage: 'good-end' },
    ],
    ['host failures prove nothing', times(50, 'c7', 'infra'), { commit: 'c7', stage: 'bad-end' }],
  ])('%s', (_, seen, expected) => {
    expect(stepOf(decide(graph, seen, SETTINGS))).toMatchObject(expected)
  })

  test.each<[string, readonly Trial[], object]>([
    ['a bad end without hits', times(20, 'c7', 'clean'), { kind: 'bad-is-good', commit: 'c7', runs: 20 }],
    ['a bad end that cannot be tested', times(1, 'c7', 'skip'), { kind: 'end-untestable', commit: 'c7' }],
    ['a bad end hidden by other crashes', times(3, 'c7', 'blocked'), { kind: 'end-untestable', commit: 'c7' }],
    [
      'one hit on the good end',
      [...times(3, 'c7', 'bad'), ...times(1, 'good', 'bad')],
      { kind: 'good-is-bad', commit: 'good' },
    ],
  ])('%s ends the search', (_, seen, expected) => {
    expect(endOf(decide(graph, seen, SETTINGS))).toMatchObject(expected)
  })

  test('a hit on the merge base is reported as such', () => {
    const branched = makeGraph(line(4), { bad: 'c3', good: ['other'], bases: ['base'] })
    const seen = [...times(3, 'c3', 'bad'), ...times(12, 'other', 'clean')]
    expect(stepOf(decide(branched, seen, SETTINGS))).toMatchObject({ commit: 'base', stage: 'good-end' })
    expect(endOf(decide(branched, [...seen, ...times(1, 'base', 'bad')], SETTINGS))).toMatchObject({
      kind: 'base-is-bad',
    })
  })
})

describe('the search', () => {
  const graph = graphOf(8)
  test('tests weak good answers again before it ends', () => {
    const seen = [...withProvenEnds('c7'), ...times(1, 'c3', 'clean'), ...times(1, 'c4', 'bad')]
    expect(stepOf(decide(graph, seen, SETTINGS))).toMatchObject({ commit: 'c3', stage: 'retest' })
  })

  test('names the culprit when its parent is good with enough confidence', () => {
    const seen = [...withProvenEnds('c7'), ...times(30, 'c3', 'clean'), ...times(1, 'c4', 'bad')]
    expect(endOf(decide(graph, seen, SETTINGS))).toMatchObject({ kind: 'culprit', commit: 'c4' })
  })

  test('ends with a set of two commits if one of them cannot be tested', () => {
    const seen = [
      ...withProvenEnds('c7'),
      ...times(30, 'c2', 'clean'),
      ...times(1, 'c3', 'skip'),
      ...times(1, 'c4', 'bad'),
    ]
    expect(endOf(decide(graph, seen, SETTINGS))).toMatchObject({
      kind: 'set',
      commits: ['c3', 'c4'],
      skipped: ['c3'],
    })
  })

  test('reports hits that no single commit explains', () => {
    const apart = makeGraph(
      [
        { ...line(1)[0]!, id: 'left' },
        { ...line(1)[0]!, id: 'right' },
        { ...line(1)[0]!, id: 'tip', parents: ['left', 'right'] },
      ],
      { bad: 'tip', good: ['good'], bases: [] },
    )
    const seen = [...withProvenEnds('tip'), ...times(1, 'left', 'bad'), ...times(1, 'right', 'bad')]
    // Only an older cause explains both hits, so the good end is tested again; if it is good, nothing explains them.
    expect(stepOf(decide(apart, seen, SETTINGS))).toMatchObject({ commit: 'good', stage: 'retest' })
    expect(endOf(decide(apart, seen, CERTAIN))).toEqual({ kind: 'inconsistent' })
  })

  test('neither runs nor suspects a commit with the object code of a tested one', () => {
    const seen: Trial[] = [
      ...withProvenEnds('c7'),
      ...times(30, 'c2', 'clean'),
      { commit: 'c2', outcome: 'built', image: 'A' },
      { commit: 'c3', outcome: 'built', image: 'A' },
      ...times(1, 'c4', 'bad'),
    ]
    expect(endOf(decide(graph, seen, SETTINGS))).toMatchObject({ kind: 'culprit', commit: 'c4' })
  })

  test('stops at the limit of runs', () => {
    const seen = [...withProvenEnds('c7'), ...times(1, 'c3', 'clean')]
    expect(endOf(decide(graph, seen, { ...SETTINGS, maxRuns: 16 }))).toMatchObject({ kind: 'out-of-runs' })
  })
})

describe('properties', () => {
  const outcomes = fc.constantFrom<TrialOutcome>('bad', 'clean', 'skip', 'blocked', 'infra')
  const seen = fc.array(fc.record({ commit: fc.nat(9).map((n) => (n === 9 ? 'good' : `c${n}`)), outcome: outcomes }), {
    maxLength: 60,
  })

  test('the weights are probabilities, or all zero when nothing explains the runs', () => {
    fc.assert(
      fc.property(seen, (trials) => {
        const { weights } = believe(graphOf(9), tallyTrials(trials))
        const sum = weights.reduce((a, b) => a + b, 0)
        expect(sum === 0 || Math.abs(sum - 1) < 1e-9).toBe(true)
        expect([...weights].every((weight) => weight >= 0)).toBe(true)
      }),
    )
  })

  test('skips and host failures do not change the weights', () => {
    fc.assert(
      fc.property(seen, (trials) => {
        const counted = trials.filter(({ outcome }) => outcome === 'bad' || outcome === 'clean')
        const graph = graphOf(9)
        expect(believe(graph, tallyTrials(trials)).weights).toEqual(believe(graph, tallyTrials(counted)).weights)
      }),
    )
  })

  test('a skipped commit is never chosen again', () => {
    fc.assert(
      fc.property(seen, (trials) => {
        const decision = decide(graphOf(9), trials, SETTINGS)
        const tallies = tallyTrials(trials)
        if ('step' in decision) expect(tallies.byCommit.get(decision.step.commit)?.skipped ?? false).toBe(false)
      }),
    )
  })

  test('a symptom in every run takes about log2 runs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.nat(), (length, where) => {
        const graph = graphOf(length)
        const culprit = where % length
        const trials: Trial[] = []
        let decision = decide(graph, trials, CERTAIN)
        while ('step' in decision) {
          const { commit } = decision.step
          const isBad = commit !== 'good' && Number(commit.slice(1)) >= culprit
          trials.push({ commit, outcome: isBad ? 'bad' : 'clean' })
          decision = decide(graph, trials, CERTAIN)
        }
        expect(decision.end).toMatchObject({ kind: 'culprit', commit: `c${culprit}` })
        expect(trials.length).toBeLessThanOrEqual(3 + Math.ceil(Math.log2(length)))
      }),
      { numRuns: 40 },
    )
  })
})

test('standing gives the term that git log can use', () => {
  const graph = graphOf(8)
  const seen = [
    ...withProvenEnds('c7'),
    ...times(30, 'c1', 'clean'),
    ...times(1, 'c3', 'clean'),
    ...times(1, 'c5', 'bad'),
    ...times(1, 'c4', 'skip'),
  ]
  const tallies = tallyTrials(seen)
  const belief = believe(graph, tallies)
  const of = (id: string) => standing(graph, tallies, belief, 0.99, id)
  expect(['c1', 'c3', 'c4', 'c5', 'good'].map(of)).toEqual(['good', 'weak', 'skip', 'bad', 'good'])
})
