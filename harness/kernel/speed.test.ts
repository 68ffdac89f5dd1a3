// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { buildSeconds, fitsSeat, speedFrom } from './speed.ts'

const full = { compiled: 800, durationMs: 410_000 }
const leg = { compiled: 6, durationMs: 10_000 }

test.each([
  ['as measured elsewhere', [], { fixedS: 8, objectS: 0.45 }],
  ['of this host', [full, leg], { fixedS: 10, objectS: 1 }],
  [
    'of its usual build',
    [full, leg, { compiled: 800, durationMs: 4_010_000 }, { ...full }],
    { fixedS: 10, objectS: 1 },
  ],
  ['of the faster of two', [leg, { compiled: 800, durationMs: 4_010_000 }, full], { fixedS: 10, objectS: 1 }],
  ['of links alone', [leg], { fixedS: 10, objectS: 0.45 }],
  [
    'not of a build that is neither small nor large',
    [leg, { compiled: 50, durationMs: 900_000 }],
    { fixedS: 10, objectS: 0.45 },
  ],
])('the speed is that %s', (_, builds, expected) => expect(speedFrom(builds, 2)).toEqual(expected))

// Measured on 2 cores: 167 s, 113 s and 8.4 s.
test.each([
  [745, 2, 175],
  [434, 2, 105],
  [6, 2, 9],
  [745, 16, 28],
])('%i objects on %i cores take about %i s', (objects, cores, expected) =>
  expect(Math.floor(buildSeconds(speedFrom([], 2), objects, cores))).toBe(expected),
)

test.each([
  [6, true],
  [35, true],
  [36, false],
  [434, false],
])('a build of %i objects fits a seat: %s', (objects, fits) => expect(fitsSeat(speedFrom([], 2), objects)).toBe(fits))
