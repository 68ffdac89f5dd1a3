// SPDX-License-Identifier: MIT

import { HostError } from '../../model/errors.ts'
import type { SearchEnd, SearchSettings } from '../core/decide.ts'
import { type Graph, makeGraph } from '../core/graph.ts'
import type { Trial } from '../core/tallies.ts'
import type { JournalRecord, Proof, RunRecord, SentRecord, StartRecord, Symptom } from '../journal/records.ts'
import { isStatic } from '../symptom.ts'

/** The state of a bisection: derived from its journal alone, so that a resumed search continues in the same way. */
export interface State {
  readonly start: StartRecord
  readonly graph: Graph
  readonly symptom: Symptom | null
  readonly runs: readonly RunRecord[]
  /** What was submitted last, while some of it has no result yet. */
  readonly open: SentRecord | undefined
  /** Submissions so far of each commit. */
  readonly sent: ReadonlyMap<string, number>
  /** The runs that the search uses: all but those of the proof. */
  readonly trials: readonly Trial[]
  readonly settings: SearchSettings
  readonly end: SearchEnd | undefined
  readonly proof: Proof | undefined
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0) / values.length

// A guess until both are measured: a build takes as long as two boots.
const BUILD_COST = 2

const buildCost = (runs: readonly RunRecord[]): number => {
  const build = mean(runs.filter(({ outcome }) => outcome === 'built').map(({ durationMs }) => durationMs))
  const boot = mean(
    runs.filter(({ outcome }) => outcome === 'bad' || outcome === 'clean').map(({ durationMs }) => durationMs),
  )
  if (build === undefined || boot === undefined) return BUILD_COST
  return Math.min(20, Math.max(0.1, build / Math.max(1, boot)))
}

const settingsOf = ({ settings }: StartRecord, symptom: Symptom | null, runs: readonly RunRecord[]): SearchSettings => {
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

// A failure of the host closes a submission: what it left out is submitted anew.
const openOf = (records: readonly JournalRecord[]): SentRecord | undefined => {
  const at = records.findLastIndex(({ t }) => t === 'sent')
  const sent = records[at]
  if (sent?.t !== 'sent') return undefined
  const later = records
    .slice(at + 1)
    .filter((record): record is RunRecord => record.t === 'run' && record.commit === sent.commit)
  if (later.some(({ outcome }) => outcome === 'infra')) return undefined
  return sent.runs.every((nth) => later.some(({ run }) => run === nth)) ? undefined : sent
}

const sentOf = (records: readonly JournalRecord[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const record of records) if (record.t === 'sent') counts.set(record.commit, (counts.get(record.commit) ?? 0) + 1)
  return counts
}

/** The state after these records. */
export const stateOf = (records: readonly JournalRecord[], known?: Graph): State => {
  const [start] = records
  if (start?.t !== 'start')
    throw new HostError('the journal does not begin with a start record', 'start a new bisection')
  const symptom = last(records, 'symptom')?.symptom ?? start.symptom
  const runs = records.flatMap((record) => (record.t === 'run' ? [record] : []))
  return {
    start,
    graph: known ?? makeGraph(start.commits, start.ends),
    symptom,
    runs,
    open: openOf(records),
    sent: sentOf(records),
    trials: runs
      .filter(({ stage }) => stage !== 'proof')
      .map(({ commit, outcome, image }) => ({ commit, outcome, image: image ?? undefined })),
    settings: settingsOf(start, symptom, runs),
    end: last(records, 'end')?.end,
    proof: last(records, 'proof')?.proof,
  }
}
