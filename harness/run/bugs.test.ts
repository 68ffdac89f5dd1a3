// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Series } from '../inputs/series/model.ts'
import { noSeries } from '../inputs/series/none.ts'
import { bugsOf, joinedBugs } from './bugs.ts'
import type { Lookup } from './request.ts'

const BUG: Series = {
  ...noSeries,
  name: 'bug',
  title: 'fix a bug',
  applicability: [
    { versions: '<6.8', state: 'code-gone', note: 'not yet' },
    { versions: '>=6.12', state: 'reintroduces', note: 'put back' },
  ],
  corpus: { commit: '0123456789ab', people: ['a', 'b', 'c'], timing: true },
}

test('a run has the bugs of its series, with the versions where they can live', () => {
  const series = new Map<string, Lookup<Series>>([
    ['none', { value: noSeries }],
    ['bug', { value: BUG }],
    ['broken', { error: new Error('x') }],
  ])
  expect(bugsOf(series)).toEqual([
    {
      ...{
        series: 'bug',
        title: 'fix a bug',
        commit: '0123456789ab',
        cve: null,
        people: ['a', 'b', 'c'],
        timing: true,
      },
      versions: [{ versions: '>=6.12', state: 'reintroduces', note: 'put back' }],
    },
  ])
})

test('shards have each bug once', () => {
  const [one] = bugsOf(new Map([['bug', { value: BUG }]]))
  const other = { ...one!, series: 'other' }
  expect(joinedBugs([{ corpus: [one!] }, { corpus: [] }, { corpus: [one!, other] }])).toEqual([one, other])
})
