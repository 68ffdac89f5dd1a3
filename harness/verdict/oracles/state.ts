// SPDX-License-Identifier: MIT
import { checksOf, STATE_CHECKS, type StateCheck, type StateCheckName } from '../../guest/checks.ts'
import { type GuestRecord, ofType } from '../../guest/records.ts'
import type { Finding, LaneName } from '../../model/results.ts'
import { findingOf, hasOwnLane, type Observation, type Oracle } from '../observation.ts'

type CheckRecord = Extract<GuestRecord, { t: 'check' }>

const findingsOf = ({ testimony }: Observation): readonly Finding[] =>
  ofType(testimony.records, 'check').flatMap(({ lane, check, expected, seen }) => {
    if (expected === null || seen === null || seen === expected) return []
    const { kind, title, words } = STATE_CHECKS[check]
    return [findingOf('state', { kind, title, detail: `expected ${expected} ${words}, saw ${seen}`, lane })]
  })

// What one lane leaves, the next ones see too.
const firstOfTitle = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter((one, index) => findings.findIndex(({ title }) => title === one.title) === index)

const isExpected = (name: StateCheckName, value: number | null): boolean => {
  const expected: readonly (number | null)[] = STATE_CHECKS[name].expected
  return value === null || expected.includes(value)
}

const lacksFeature = ({ check, unable }: CheckRecord): boolean => {
  const { needs }: StateCheck = STATE_CHECKS[check]
  return needs !== undefined && unable === `no ${needs}`
}

/** The states that no lane of this boot could compare, and why. */
export const uncheckedStates = ({ testimony }: Observation): readonly string[] => [
  ...new Set(
    ofType(testimony.records, 'check')
      .filter(lacksFeature)
      .map(({ check, unable }) => `${STATE_CHECKS[check].words}: ${unable}, so nothing reclaims them`),
  ),
]

const missingOf = ({ testimony }: Observation, lane: LaneName): readonly string[] => {
  const taken = ofType(testimony.records, 'check').filter((one) => one.lane === lane)
  return checksOf(lane).flatMap((name) => {
    const own = taken.filter(({ check }) => check === name)
    if (own.length === 0) return [`lane ${lane} did not check ${name}`]
    const unread = own.some((one) => !lacksFeature(one) && (one.expected === null || one.seen === null))
    if (unread) return [`lane ${lane} could not read ${name}`]
    const odd = own.find(({ expected }) => !isExpected(name, expected))
    return odd ? [`lane ${lane} compared ${name} with ${odd.expected}`] : []
  })
}

/** What the guest compares at rest must be as it has to be: nothing left over, nothing that was forbidden. */
export const state: Oracle = {
  name: 'state',
  check: (observation) => firstOfTitle(findingsOf(observation)),
  applies: hasOwnLane,
  missing: (observation) => {
    const missing = observation.asked.lanes.flatMap(({ name }) => missingOf(observation, name))
    return missing.length === 0 ? undefined : missing.join(', ')
  },
}
