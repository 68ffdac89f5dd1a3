// SPDX-License-Identifier: MIT
import { archiveCases } from './archives.ts'
import type { HostileCase } from './case.ts'
import { documentCases } from './documents.ts'
import { argumentCases } from './flags.ts'
import { logCases } from './logs.ts'
import { patchCases } from './patches.ts'
import { runCases } from './runs.ts'

/** Every hostile input of a seed. */
export const hostileInputs = (seed: number): readonly HostileCase[] =>
  [patchCases, documentCases, archiveCases, logCases, runCases, argumentCases].flatMap((family) => family(seed))
