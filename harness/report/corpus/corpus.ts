// SPDX-License-Identifier: MIT
import type { PairResult, RunResult } from '../../model/results.ts'
import { toneOf } from '../../model/words.ts'
import { isOf, pairName, pairNameOf } from '../../verdict/place.ts'
import type { CellReport, Report } from '../model.ts'
import type { Corpus, CorpusBug, CorpusPair } from './schema.ts'
import { secondsToFailure, shownBy } from './seconds.ts'

const isKnown = <T>(value: T | undefined): value is T => value !== undefined

const symptomOf = (cells: readonly CellReport[]): CorpusPair['symptom'] => {
  const shown = cells.find((one) => shownBy(one) !== undefined)
  if (!shown) return null
  const { oracle, kind, title } = shownBy(shown)!
  const { failedIn = null } = shown.cell.exposure ?? {}
  return { oracle, kind, title, lane: failedIn === 'boot' ? null : failedIn }
}

const whyNone = (cells: readonly CellReport[]): string => {
  const legs = new Set(cells.map(({ cell }) => cell.leg))
  return legs.size > 1 ? 'both legs ran, and the run has no verdict of them' : `only the leg ${[...legs].join()} ran`
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10

const corpusPairOf = (name: string, cells: readonly CellReport[], pair: PairResult | undefined): CorpusPair => {
  const of = (leg: string) => cells.filter(({ cell }) => cell.leg === leg)
  const [before, after] = [of('before'), of('after')]
  const { tree, arch, config, profile } = cells[0]!.cell
  return {
    name,
    tree,
    version: cells.map(({ cell }) => cell.kernel.version).find((version) => version !== '') ?? '',
    arch,
    config,
    profile,
    verdict: pair?.verdict ?? null,
    reason: pair?.reason ?? whyNone(cells),
    symptom: symptomOf(before),
    secondsToFailure: before.map(secondsToFailure).filter(isKnown).map(rounded),
    before: { boots: before.length, shown: before.filter((one) => shownBy(one) !== undefined).length },
    after: { boots: after.length, passed: after.filter(({ cell }) => cell.verdict === 'pass').length },
    exposure: (pair?.strength?.exposure ?? []).filter(({ failures }) => failures > 0),
    // Without a failure there is no rate that luck could be computed from.
    luck: pair?.strength && pair.strength.shown > 0 ? pair.strength.luck : null,
  }
}

const pairsOf = ({ run, cells }: Report, series: string): readonly CorpusPair[] => {
  const groups = new Map<string, CellReport[]>()
  for (const one of cells.filter(({ cell }) => cell.series === series)) {
    const name = pairNameOf(one.cell)
    groups.set(name, [...(groups.get(name) ?? []), one])
  }
  return [...groups].map(([name, own]) =>
    corpusPairOf(
      name,
      own,
      run.pairs.find((pair) => pairName(pair) === name && isOf(own[0]!.cell, pair)),
    ),
  )
}

// Worst first.
const RANK = ['bad', 'broken', 'unsure', 'good']

// One that changed nothing is good, but shows no bug.
const rankOf = (verdict: CorpusPair['verdict']): number =>
  verdict === 'fixed' ? RANK.length : RANK.indexOf(toneOf(verdict ?? ''))

/** The verdict of a bug: the worst of its pairs; none while one is missing, unless one is bad. */
const verdictOf = (pairs: readonly CorpusPair[], isMissing: boolean): CorpusBug['verdict'] => {
  const verdicts = pairs.map(({ verdict }) => verdict)
  const [worst = null] = [...verdicts].sort((a, b) => rankOf(a) - rankOf(b))
  return (isMissing || verdicts.includes(null)) && toneOf(worst ?? '') !== 'bad' ? null : worst
}

const isCellOf = (cell: string, series: string): boolean =>
  /-(?:before|after)(?:-run\d+)?$/.exec(cell) !== null &&
  cell.replace(/-(?:before|after)(?:-run\d+)?$/, '').endsWith(`-${series}`)

const missingCells = ({ plan }: RunResult, cells: readonly CellReport[]): string[] =>
  (plan?.cells ?? []).filter((name) => cells.every(({ cell }) => cell.id !== name))

const leftOutOf = ({ plan, corpus }: RunResult): Corpus['leftOut'] => {
  const all = Object.entries(plan?.leftOut ?? {})
  const ran = (series: string): boolean => corpus.some((bug) => bug.series === series)
  return {
    cells: all.reduce((sum, [, cells]) => sum + cells, 0),
    bugs: all.map(([series]) => series).filter((series) => !ran(series)),
  }
}

// A series that could not be read is none of the run's bugs: its cells alone say that there is one.
const failedElsewhere = ({ corpus }: RunResult, cells: readonly CellReport[]): string[] =>
  cells
    .filter(({ cell }) => cell.verdict === 'error' && corpus.every(({ series }) => series !== cell.series))
    .map(({ cell }) => `${cell.id}: ${cell.reason}`)

/** What a run showed of the bugs of the corpus. */
export const corpusOf = (report: Report): Corpus => {
  const { run, cells, unfinished, problems } = report
  const missing = [...new Set([...missingCells(run, cells), ...unfinished])]
  const bugs = run.corpus.map((bug): CorpusBug => {
    const pairs = [...pairsOf(report, bug.series)]
    const isMissing = missing.some((cell) => run.corpus.length === 1 || isCellOf(cell, bug.series))
    return { ...bug, verdict: verdictOf(pairs, isMissing), pairs }
  })
  return {
    schemaVersion: 1,
    run: run.id,
    plan: run.plan?.name ?? null,
    startedAt: run.startedAt,
    durationMs: run.durationMs,
    accelerator: run.accelerator,
    fixed: bugs.filter(({ verdict }) => verdict === 'fixed').length,
    bugs,
    missing,
    leftOut: leftOutOf(run),
    problems: [...problems, ...failedElsewhere(run, cells)],
  }
}
