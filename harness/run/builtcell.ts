// SPDX-License-Identifier: MIT
import type { Bundle } from '../bundle/open.ts'
import type { Program } from '../guest/programs.ts'
import type { Series } from '../inputs/series/model.ts'
import type { Kernel } from '../kernel/model.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import type { CellInputs, Finding, ObjectSize } from '../model/results.ts'
import type { Accelerator } from '../vm/accel.ts'
import type { WithFiles } from './kernels.ts'
import type { CellPlan } from './plan/pairs.ts'
import type { RunSettings } from './settings.ts'

/** What is known about a cell even when its kernel cannot be built. */
export interface CellBase {
  readonly plan: CellPlan
  readonly settings: RunSettings
  readonly toolchain: Toolchain
  readonly accelerator: Accelerator
  readonly treeMs: number
  /** The folder of a series that is not in patches/. */
  readonly seriesPath: string | null
  /** What the kernel is made from; null when the tree or the series could not be had. */
  readonly sources: Omit<CellInputs, 'options'> | null
  /** The programs of the user. */
  readonly programs: readonly Program[]
  /** Whether the signature of the bug is what they make the before leg show. */
  readonly derives: boolean
  /** The bundle that its kernel is from; null for one that is built here. */
  readonly bundle: Bundle | null
}

/** A cell with its kernel. */
export interface BuiltCell extends CellBase {
  readonly series: Series
  readonly hostTicksKHz: number | null
  readonly dir: string
  readonly kernel: Kernel
  /** The kernel of the before leg, for a cell of the after leg; null when it was not built. */
  readonly beforeDir: string | null
  readonly buildMs: number
  /** Findings of the build itself: new warnings of the compiler and of the code checks. */
  readonly buildFindings: readonly Finding[]
  /** The names of the checks that looked at the build. */
  readonly builtOracles: readonly string[]
  /** The objects of the files that the series touches. */
  readonly objects: readonly ObjectSize[]
  /** Opens the sources without the patch, to find the added lines for coverage; null without coverage. */
  readonly withBaseline: WithFiles | null
  /** The files that the patches touch. */
  readonly touched: readonly string[]
  /** Opens them in the source of the other leg; null where there is no other. */
  readonly withOther: WithFiles | null
  /** The kernel of the other leg; null when it was not built. */
  readonly otherDir: string | null
}
