// SPDX-License-Identifier: MIT
import type { RunResult } from '../model/results.ts'

/** Whether race windows were held open, and not only asked for: not every kernel has a place for one. */
export const describeWindows = ({ amplified, cells }: Pick<RunResult, 'amplified' | 'cells'>): string => {
  if (!amplified) return 'not amplified'
  return cells.some(({ evidence }) => evidence.windows > 0) ? 'windows held open' : 'no window was open'
}
