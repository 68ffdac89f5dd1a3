// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aCell } from '../testing/runs.ts'
import { cell } from './results.ts'

test('a cell of an older zsharness is read, without its lanes and oracles', () => {
  const { oracles: _, evidence, ...rest } = aCell()
  const { lanes: __, ...older } = evidence
  expect(cell.parse({ ...rest, evidence: older })).toEqual(aCell())
})
