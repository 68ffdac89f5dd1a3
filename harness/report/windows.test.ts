// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aCell, aRun } from '../testing/runs.ts'
import { describeWindows } from './windows.ts'

const { evidence } = aCell()

test.each([
  [false, 1300, 'not amplified'],
  [true, 1300, 'windows held open'],
  [true, 0, 'no window was open'],
])('amplified %s, %i windows: %s', (amplified, windows, text) =>
  expect(describeWindows(aRun({ amplified, cells: [aCell({ evidence: { ...evidence, windows } })] }))).toBe(text),
)
