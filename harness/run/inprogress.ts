// SPDX-License-Identifier: MIT
import { EXIT } from '../model/errors.ts'
import type { CellResult, Comparison, Exploration, PairResult, Phase, RunResult } from '../model/results.ts'
import { confirmedBy } from '../verdict/confirm.ts'
import { markDerived } from '../verdict/derived.ts'
import { withExplored } from '../verdict/explored.ts'
import { isOf } from '../verdict/place.ts'
import { judgeRun } from '../verdict/run.ts'
import type { CellOutcome } from './cell.ts'
import { writeCell, writeResult, writeRun } from './results.ts'

/** The part of a run's result that is known at its start. */
type RunBase = Omit<
  RunResult,
  | 'verdict'
  | 'exitCode'
  | 'interrupted'
  | 'durationMs'
  | 'pairs'
  | 'cells'
  | 'explorations'
  | 'notes'
  | 'phases'
  | 'comparison'
  | 'schedule'
>

const inOrder = <T>(items: readonly T[], order: readonly string[], name: (item: T) => string): T[] =>
  [...items].sort((a, b) => order.indexOf(name(a)) - order.indexOf(name(b)))

/** A run in progress: its results so far, written after every cell. */
export class RunInProgress {
  readonly dir: string
  readonly notes: string[] = []
  /** What the work took so far. */
  readonly phases: readonly Phase[]
  comparison: Comparison | null = null
  readonly explorations: Exploration[] = []
  readonly #cells: CellResult[] = []
  readonly #pairs: PairResult[] = []
  readonly #base: RunBase
  /** The names of all cells and pairs in the order of the plan, which differs from the order in which they end. */
  readonly #order: string[]
  readonly #started = performance.now()
  #written: Promise<unknown> = Promise.resolve()
  #isOver = false

  constructor(dir: string, base: RunBase, order: readonly string[], phases: readonly Phase[]) {
    this.phases = phases
    this.dir = dir
    this.#base = base
    this.#order = [...order]
  }

  get id(): string {
    return this.#base.id
  }

  get cells(): readonly CellResult[] {
    return this.#cells
  }

  /** The names of all cells and pairs. */
  get planned(): readonly string[] {
    return this.#order
  }

  result(interrupted: boolean): RunResult {
    const cells = inOrder(markDerived(this.#cells), this.#order, ({ id }) => id)
    const pairs = withExplored(
      inOrder(this.#pairs, this.#order, ({ name }) => name ?? ''),
      this.explorations,
    )
    return {
      ...this.#base,
      ...judgeRun(cells, pairs),
      // A shard without cells succeeds.
      ...(this.#order.length === 0 ? { exitCode: EXIT.ok } : {}),
      ...(interrupted ? { exitCode: EXIT.interrupted } : {}),
      interrupted,
      durationMs: Math.round(performance.now() - this.#started),
      pairs,
      cells,
      explorations: this.explorations,
      notes: this.notes,
      phases: this.phases.map(({ ms, ...rest }) => ({ ...rest, ms: Math.round(ms) })),
      comparison: this.comparison,
      schedule: confirmedBy(cells),
    }
  }

  /** Adds a cell to the plan, after this one. */
  planAfter(id: string, added: string): void {
    this.#order.splice(this.#order.indexOf(id) + 1, 0, added)
  }

  async add({ cell, splats }: CellOutcome): Promise<void> {
    this.#cells.push(cell)
    await writeCell(this.dir, cell, splats)
    await this.save(true)
  }

  /** Adds a pair. Its cells are written again where its signature was not known before. */
  async addPair(pair: PairResult): Promise<void> {
    this.#pairs.push(pair)
    if (pair.derived === null) return
    for (const cell of markDerived(this.#cells)) if (isOf(cell, pair)) await writeResult(this.dir, cell)
  }

  async #write(interrupted: boolean): Promise<RunResult> {
    const run = this.result(interrupted)
    await writeRun(this.dir, run)
    return run
  }

  /**
   * Writes run.json and returns what it holds; calls at the same time write one after another. Once a run is saved as a
   * whole one it stays that: an exploration may still end.
   */
  save(interrupted: boolean): Promise<RunResult> {
    this.#isOver ||= !interrupted
    const isPart = !this.#isOver
    const written = this.#written.catch(() => undefined).then(() => this.#write(isPart))
    this.#written = written
    return written
  }
}
