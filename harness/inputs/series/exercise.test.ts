// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { exerciseOf } from './exercise.ts'

test.each([
  [['mm/zswap.c'], { configs: ['zpool-on'] }],
  [['include/linux/zswap.h', 'mm/zswap.c'], { configs: ['zpool-on'] }],
  [['drivers/block/zram/zcomp.c', 'drivers/block/zram/zram_drv.c'], { configs: ['zpool-off'], lanes: ['zram'] }],
  [['mm/zsmalloc.c'], {}],
  [['mm/zswap.c', 'mm/zsmalloc.c'], {}],
  [['mm/zswap.c.orig'], {}],
  [['mm/swap_state.c'], {}],
  [[], {}],
])('%j runs %j', (touches, settings) => expect(exerciseOf(touches)).toEqual(settings))
