// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { generations } from '../../guest/generation.ts'
import { lanesFor } from '../../guest/lanes.ts'
import { lanesSeconds } from './expected.ts'

const zswap = lanesFor(new Set(['CONFIG_ZSWAP', 'CONFIG_ZSMALLOC']), generations[0]!, [])
const zram = lanesFor(new Set(['CONFIG_ZRAM']), generations[0]!, [])

test.each([
  ['all of them on a kernel that does not fail', zswap, null, false, 34],
  ['none after the first that meets the bug of a kernel that fails', zswap, null, true, 1],
  ['all of them when none meets the bug', zram, null, true, 8],
  ['those before the one that meets the bug', [...zram, ...zswap], null, true, 9],
  ['as long as --duration says', zswap, 60, false, 240],
])('a boot runs its lanes: %s', (_, lanes, durationS, fails, seconds) =>
  expect(lanesSeconds(lanes, { durationS, workloadS: 30 }, fails)).toBe(seconds),
)
