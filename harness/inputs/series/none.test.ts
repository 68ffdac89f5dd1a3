// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { LegName } from '../../model/results.ts'
import { loadSeries } from './load.ts'
import { differingLegs, noSeries } from './none.ts'

test('none is the tree as it is', async () => expect(await loadSeries('none')).toBe(noSeries))

const BOTH: readonly LegName[] = ['before', 'after']

test.each<[string, string, readonly string[], readonly LegName[], readonly LegName[]]>([
  ['without any patch one kernel is enough', 'none', [], BOTH, ['after']],
  ['a leg that was asked for is that leg', 'none', [], ['before'], ['before']],
  ['an extra patch makes the legs differ', 'none', ['x.patch'], BOTH, BOTH],
  ['a series makes the legs differ', 'my-series', [], BOTH, BOTH],
])('%s', (_name, name, extra, asked, legs) => expect(differingLegs({ name }, extra, asked)).toEqual(legs))
