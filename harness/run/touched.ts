// SPDX-License-Identifier: MIT
import { touchedBy } from '../inputs/series/diff.ts'
import { changeOf } from '../inputs/series/legs.ts'
import type { PairInputs } from './inputs.ts'

/** The files that the series and the patches on top of it touch. */
export const touchedFiles = ({ series, legs }: Pick<PairInputs, 'series' | 'legs'>): readonly string[] => [
  ...new Set([...series.touches, ...changeOf(legs).flatMap(({ text }) => touchedBy(text))]),
]
