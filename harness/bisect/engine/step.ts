// SPDX-License-Identifier: MIT
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import type { Step } from '../core/decide.ts'
import type { Outcome } from '../core/tallies.ts'
import type { Journal } from '../journal/journal.ts'
import type { Run, Sighting, Symptom } from '../journal/records.ts'
import { isStatic, matches, symptomOf } from '../symptom.ts'
import type { Prepared, Seen, Tester } from '../tester.ts'
import { type State, stateOf } from './state.ts'

/** What a step needs at hand. */
export interface Bench {
  readonly journal: Journal
  readonly tester: Tester
  readonly context: Pick<Context, 'emit' | 'signal'>
  /** Between tries after a failure of the host. */
  readonly retryMs: readonly number[]
}

type Told = Pick<Run, 'outcome' | 'why' | 'sightings' | 'image'>
type Asked = Pick<Step, 'commit' | 'stage' | 'reason'> | Pick<Run, 'commit' | 'stage' | 'reason'>

const now = (): string => new Date().toISOString()
const short = (id: string): string => id.replace(/[0-9a-f]{40}/, (sha) => sha.slice(0, 12))

// What the bad end shows first is what the search is for, unless the user has said it.
const settleSymptom = async ({ journal }: Bench, state: State, commit: string, seen: readonly Sighting[]) => {
  if (state.symptom !== null) return state.symptom
  const symptom = commit === state.start.ends.bad ? symptomOf(seen) : undefined
  if (symptom) await journal.add({ t: 'symptom', at: now(), symptom })
  return symptom ?? null
}

const judgeBuild = (prepared: Prepared, symptom: Symptom | null): Told => {
  const { why, sightings } = prepared
  const shown = symptom !== null && sightings.some((seen) => matches(symptom, seen))
  const base = { why, sightings: [...sightings] }
  if (shown && isStatic(symptom)) return { ...base, outcome: 'bad', image: null }
  if (prepared.kind === 'unbuildable') return { ...base, outcome: 'skip', image: null }
  const clean = symptom !== null && isStatic(symptom)
  return { ...base, outcome: clean ? 'clean' : 'built', image: prepared.image }
}

const WITHOUT_SYMPTOM: Readonly<Record<Seen['kind'], Outcome>> = {
  ended: 'clean',
  cut: 'blocked',
  unbootable: 'blocked',
  untestable: 'skip',
}

/** What one run shows of the symptom. */
export const judgeSeen = ({ kind, why, sightings }: Seen, symptom: Symptom | null): Told => {
  const shown = symptom !== null && sightings.find((seen) => matches(symptom, seen))
  const base = { sightings: [...sightings], image: null }
  return shown ? { ...base, outcome: 'bad', why: shown.title } : { ...base, outcome: WITHOUT_SYMPTOM[kind], why }
}

/** Tries again what the host failed at; each failure is told and recorded, none is a verdict. */
const withRetries = async <T>(bench: Bench, asked: Asked, work: () => Promise<T>): Promise<T> => {
  for (let failures = 0; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (bench.context.signal.aborted) throw new InterruptedError()
      if (!(error instanceof HostError) || failures >= bench.retryMs.length) throw error
      const told: Told = { outcome: 'infra', why: error.message, sightings: [], image: null }
      await record(bench, asked, told, { run: 0, durationMs: 0, dir: null })
      await sleep(bench.retryMs[failures], undefined, { signal: bench.context.signal }).catch(() => {
        throw new InterruptedError()
      })
    }
  }
}

const VERDICT: Readonly<Record<Outcome, string>> = {
  bad: 'fail',
  clean: 'pass',
  blocked: 'inconclusive',
  skip: 'inconclusive',
  infra: 'error',
  built: 'built',
}

const record = async (
  { journal, context }: Bench,
  { commit, stage, reason }: Asked,
  told: Told,
  rest: Pick<Run, 'run' | 'durationMs' | 'dir'>,
): Promise<void> => {
  await journal.add({ t: 'run', at: now(), commit, stage, reason, ...told, ...rest })
  if (told.outcome === 'built') return
  context.emit({
    type: 'cell',
    scope: short(commit),
    verdict: VERDICT[told.outcome],
    text: `${told.outcome}: ${told.why}`,
  })
}

const stepDir = async ({ journal }: Bench, commit: string, name: string) => {
  const below = join('steps', short(commit).replace(':', '-'), name)
  const dir = join(journal.dir, below)
  await mkdir(dir, { recursive: true })
  return { below, dir }
}

const build = async (bench: Bench, state: State, asked: Asked): Promise<void> => {
  const { tester, context } = bench
  const { below, dir } = await stepDir(bench, asked.commit, 'build')
  const started = performance.now()
  const scoped = { ...context, scope: short(asked.commit) }
  const prepared = await withRetries(bench, asked, () => tester.prepare(asked.commit, { dir }, scoped)).catch(
    (error: unknown): Prepared => {
      // An option that this commit does not have, a patch that does not apply: the commit's fault, not the search's.
      if (error instanceof UsageError) return { kind: 'unbuildable', why: error.message, sightings: [] }
      throw error
    },
  )
  const symptom = await settleSymptom(bench, state, asked.commit, prepared.sightings)
  const rest = { run: 0, durationMs: performance.now() - started, dir: below }
  await record(bench, asked, judgeBuild(prepared, symptom), rest)
}

// One boot that fails may be the host's bad luck; a second says that this kernel does not boot.
const failsAgain = (state: State, commit: string, seen: Seen): boolean =>
  seen.kind === 'unbootable' && state.runs.some((run) => run.commit === commit && run.outcome === 'blocked')

const runOnce = async (bench: Bench, state: State, asked: Asked, nth: number): Promise<void> => {
  const { tester, context, journal } = bench
  const { below, dir } = await stepDir(bench, asked.commit, `run${nth}`)
  const started = performance.now()
  const scoped = { ...context, scope: short(asked.commit) }
  const seen = await withRetries(bench, asked, () => tester.run(asked.commit, nth, { dir }, scoped))
  const symptom = await settleSymptom(bench, stateOf(journal.records, state.graph), asked.commit, seen.sightings)
  const told = judgeSeen(seen, symptom)
  const outcome = told.outcome === 'blocked' && failsAgain(state, asked.commit, seen) ? 'skip' : told.outcome
  await record(bench, asked, { ...told, outcome }, { run: nth, durationMs: performance.now() - started, dir: below })
}

const isReady = (state: State, commit: string): boolean =>
  state.runs.some((run) => run.commit === commit && run.outcome !== 'infra')

/** Makes the asked commit ready, or runs it as many times at once as there are seats and it needs. */
export const takeStep = async (bench: Bench, state: State, asked: Asked, runs: number): Promise<void> => {
  if (!isReady(state, asked.commit)) return build(bench, state, asked)
  const done = state.runs.filter(({ commit, run }) => commit === asked.commit && run > 0).length
  const wave = Array.from({ length: Math.max(1, Math.min(runs, bench.tester.seats)) }, (_, i) => done + 1 + i)
  const ended = await Promise.allSettled(wave.map((nth) => runOnce(bench, state, asked, nth)))
  const failed = ended.find((one) => one.status === 'rejected')
  if (failed) throw failed.reason
}
