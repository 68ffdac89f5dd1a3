// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { lanes } from '../guest/lanes.ts'
import { observe } from '../testing/guest.ts'
import { aFinding } from '../testing/runs.ts'
import { judge } from './cell.ts'
import { exposureOf } from './exposure.ts'
import { type BugSignature, findingShows } from './signature.ts'

const lost = aFinding({ oracle: 'data', kind: 'lost-data', title: 'a page came back wrong', lane: 'race' })

test.each<[string, BugSignature, boolean]>([
  ['its oracle', { oracle: 'data' }, true],
  ['its kind', { oracle: 'data', kind: 'lost-data' }, true],
  ['a part of its title', { oracle: 'data', title: 'came back' }, true],
  ['another oracle', { oracle: 'balance' }, false],
  ['another kind', { oracle: 'data', kind: 'handle-leak' }, false],
  ['another title', { oracle: 'data', title: 'hung' }, false],
  ['its lane', { oracle: 'data', lane: 'race' }, true],
  ['another lane', { oracle: 'data', lane: 'redirty' }, false],
  ['a stack, which only a report has', { families: ['oops'], stack: ['zs_free'] }, false],
])('a finding is named by %s: %j', (_, signature, named) => expect(findingShows(lost, [signature])).toBe(named))

const pump = lanes.filter(({ name }) => name === 'pump')
const wrong = {
  extra: [{ t: 'wrongPage', region: 1, index: 2, generation: 3, offset: 4, expected: '0x1', got: '0x2' }],
  laneEnd: { pages: { written: 10, verified: 10, wrong: 1, freed: 10 } },
  end: { wrongPages: 1 },
}

test('a data loss on the before leg is the bug where the series says so', () => {
  const observation = observe(wrong, { signature: [{ oracle: 'data', kind: 'lost-data', title: 'came back wrong' }] })
  const { findings, verdict } = judge(observation, pump, [], 'zpool-on', [])
  expect({ verdict, findings }).toMatchObject({
    verdict: 'fail',
    findings: [{ signature: true, shown: { in: 'pump' } }],
  })
  expect(exposureOf(observation, pump, findings).failedIn).toBe('pump')
})

test('and is not known, even if the series lists it', () => {
  const entry = { oracle: 'data', kind: 'lost-data', title: 'a page came back wrong', configs: ['zpool-on'] }
  const observation = observe(wrong, { signature: [{ oracle: 'data' }] })
  expect(judge(observation, pump, [entry], 'zpool-on', []).findings).toMatchObject([{ known: false, signature: true }])
})

test('else it is another bug', () => {
  const observation = observe(wrong, { signature: [{ oracle: 'data', title: 'hung' }] })
  const { findings } = judge(observation, pump, [], 'zpool-on', [])
  expect(findings).toMatchObject([{ signature: false }])
  expect(exposureOf(observation, pump, findings).failedIn).toBeNull()
})

test('what the host explains has no place, and so cannot become a signature', () => {
  const boot = {
    process: { by: 'abort', reason: 'gave up' } as const,
    shutdown: undefined,
    gaveUp: { why: 'silence', phase: 'lanes', afterS: 80 } as const,
    stderr: [],
    host: ['the host was too busy'],
  }
  const { findings, verdict } = judge(
    observe({ end: false, laneEnd: null, balance: null }, { boot }),
    pump,
    [],
    'zpool-on',
    [],
  )
  expect({ verdict, findings }).toMatchObject({ verdict: 'error', findings: [{ oracle: 'liveness', shown: null }] })
})
