// SPDX-License-Identifier: MIT

import { HostError } from '../../model/errors.ts'
import type { End, Settings } from '../core/decide.ts'
import { type Graph, makeGraph } from '../core/graph.ts'
import type { Trial } from '../core/tallies.ts'
import type { JournalRecord, Proof, Run, Start, Symptom } from '../journal/records.ts'
import { isStatic } from '../symptom.ts'

/** A bisection as its journal tells it: nothing else decides how it goes on. */
export interface State {
  readonly start: Start
  readonly graph: Graph
  readonly symptom: Symptom | null
  readonly runs: readonly Run[]
  /** What the search may use: all runs but those of the proof. */
  readonly trials: readonly Trial[]
  readonly settings: Settings
  readonly end: End | undefined
  readonly proof: Proof | undefined
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length

// A build takes about as long as two boots until it is known better.
const BUILD_COST = 2

const buildCost = (runs: readonly Run[]): number => {
  const build = mean(runs.filter(({ outcome }) => outcome === 'built').map(({ durationMs }) => durationMs))
  const boot = mean(
    runs.filter(({ outcome }) => outcome === 'bad' || outcome === 'clean').map(({ durationMs }) => durationMs),
  )
  if (build === undefined || boot === undefined) return BUILD_COST
  return Math.min(20, Math.max(0.1, build / Math.max(1, boot)))
}

const settingsOf = ({ settings }: Start, symptom: Symptom | null, runs: readonly Run[]): Settings => {
  const certain = symptom !== null && isStatic(symptom)
  return {
    ...settings,
    always: certain ? 1 : settings.always,
    proofHits: certain ? 1 : settings.proofHits,
    costs: { build: buildCost(runs) },
  }
}

const last = <T extends JournalRecord['t']>(records: readonly JournalRecord[], t: T) =>
  records.findLast((record): record is Extract<JournalRecord, { t: T }> => record.t === t)

/** The state after these records. */
export const stateOf = (records: readonly JournalRecord[], known?: Graph): State => {
  const [start] = records
  if (start?.t !== 'start') throw new HostError('the journal does not begin with a start', 'begin the bisection anew')
  const symptom = last(records, 'symptom')?.symptom ?? start.symptom
  const runs = records.flatMap((record) => (record.t === 'run' ? [record] : []))
  return {
    start,
    graph: known ?? makeGraph(start.commits, start.ends),
    symptom,
    runs,
    trials: runs
      .filter(({ stage }) => stage !== 'proof')
      .map(({ commit, outcome, image }) => ({ commit, outcome, image: image ?? undefined })),
    settings: settingsOf(start, symptom, runs),
    end: last(records, 'end')?.end,
    proof: last(records, 'proof')?.proof,
  }
}
