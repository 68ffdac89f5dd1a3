// SPDX-License-Identifier: MIT
import { EXIT } from '../errors.ts'
import type { CellResult, PairResult, RunResult } from '../model.ts'
import { judgeRun } from '../verdict/run.ts'
import type { CellOutcome } from './cell.ts'
import { writeCell, writeRun } from './results.ts'

/** What a run knows from its start. */
type RunBase = Omit<RunResult, 'verdict' | 'exitCode' | 'interrupted' | 'durationMs' | 'pairs' | 'cells'>

/** One run in progress: what is known so far, written after every cell. */
export class RunInProgress {
  readonly cells: CellResult[] = []
  readonly pairs: PairResult[] = []
  readonly dir: string
  readonly #base: RunBase
  readonly #started = performance.now()

  constructor(dir: string, base: RunBase) {
    this.dir = dir
    this.#base = base
  }

  result(interrupted: boolean): RunResult {
    const judged = judgeRun(this.cells, this.pairs)
    return {
      ...this.#base,
      ...judged,
      ...(interrupted ? { exitCode: EXIT.interrupted } : {}),
      interrupted,
      durationMs: Math.round(performance.now() - this.#started),
      pairs: this.pairs,
      cells: this.cells,
    }
  }

  async add({ cell, splats }: CellOutcome): Promise<void> {
    this.cells.push(cell)
    await writeCell(this.dir, cell, splats)
    await this.save(true)
  }

  save(interrupted: boolean): Promise<void> {
    return writeRun(this.dir, this.result(interrupted))
  }
}
