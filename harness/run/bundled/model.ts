// SPDX-License-Identifier: MIT
import type { Bundle } from '../../bundle/open.ts'
import type { Program } from '../../guest/programs.ts'
import type { LegName } from '../../model/results.ts'
import type { PairPlace } from '../plan/pairs.ts'
import type { RunSettings } from '../settings.ts'

/** A bundle with the settings of its boots and its programs. */
export interface Bundled {
  readonly bundle: Bundle
  readonly settings: RunSettings
  readonly programs: readonly Program[]
}

/** The bundles of a run, by the place and leg of their cells. */
export interface BundledRun {
  /** Whether the user named them, or the store of the run had them: then other pairs may be built. */
  readonly origin: 'files' | 'store'
  readonly all: readonly Bundle[]
  readonly of: (place: PairPlace, leg: LegName) => Bundled | undefined
}
