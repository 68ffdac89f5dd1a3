// SPDX-License-Identifier: MIT
import type { PairResult } from '../model/results.ts'
import { searchOf } from '../verdict/holdpoints.ts'
import { isOf } from '../verdict/place.ts'
import { failuresOf } from './findings.ts'
import type { CellReport } from './model.ts'

/** The results of one leg of a pair, over all its boots. */
export interface LegProof {
  readonly boots: number
  readonly passed: number
  /** Boots that failed with the bug's signature. */
  readonly shown: number
  readonly title: string | null
  /** Whether any boot reached its first sample. */
  readonly counted: boolean
  readonly windows: number
  readonly hits: number
  /** Whether the hits are those of the race that lane `race` is for: then they are frees inside windows. */
  readonly isRace: boolean
  readonly writtenBackPages: number
  readonly pagesVerified: number
  readonly failedEvictions: number
  readonly patchLines: { readonly executable: number; readonly executed: number } | null
  /** Null without a search for hold points. */
  readonly search: CellReport['cell']['evidence']['search']
}

export interface PairProof {
  readonly before: LegProof
  readonly after: LegProof
}

/** The results of all boots of one leg together. */
export const legProof = (cells: readonly CellReport[]): LegProof => {
  const sum = (value: (cell: CellReport['cell']) => number): number =>
    cells.reduce((total, { cell }) => total + value(cell), 0)
  const lines = cells.flatMap(({ cell }) => (cell.evidence.patchLines ? [cell.evidence.patchLines] : []))
  return {
    boots: cells.length,
    passed: cells.filter(({ cell }) => cell.verdict === 'pass').length,
    shown: cells.filter(({ cell }) => cell.findings.some(({ signature }) => signature)).length,
    title: cells.flatMap(({ cell }) => failuresOf(cell))[0]?.title ?? null,
    counted: cells.some(({ cell, records }) => cell.verdict === 'pass' || records.some(({ t }) => t === 'sample')),
    windows: sum(({ evidence }) => evidence.windows),
    hits: sum(({ evidence }) => evidence.hits),
    // An older zsharness knew no other race.
    isRace: cells.every(({ cell }) => cell.holds?.race ?? true),
    writtenBackPages: sum(({ evidence }) => evidence.writtenBackPages),
    pagesVerified: sum(({ evidence }) => evidence.pagesVerified),
    failedEvictions: sum(({ evidence }) => evidence.failedEvictions),
    patchLines: lines.sort((a, b) => b.executed - a.executed)[0] ?? null,
    search: searchOf(cells.map(({ cell }) => cell)),
  }
}

/** The cells of one leg of a pair. */
export const legCells = (
  pair: PairResult,
  cells: readonly CellReport[],
  leg: CellReport['cell']['leg'],
): readonly CellReport[] => cells.filter(({ cell }) => isOf(cell, pair) && cell.leg === leg)

/** The results of both legs, which a pair's verdict is based on. */
export const proofOf = (pair: PairResult, cells: readonly CellReport[]): PairProof => {
  const before = legProof(legCells(pair, cells, 'before'))
  const after = legProof(legCells(pair, cells, 'after'))
  return { before, after }
}
