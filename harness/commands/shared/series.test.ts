// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { listSeries } from '../../inputs/series/load.ts'
import type { Series } from '../../inputs/series/model.ts'
import { noSeries } from '../../inputs/series/none.ts'
import { knownSeries, requireKnown } from './series.ts'

const refusal = (part: Partial<Series>) => () => requireKnown({ ...noSeries, dir: '/s/mine', ...part })
const note = 'how it shows'

const ofCheckout = await listSeries()

describe('a series.yaml', () => {
  test.each<[string, Partial<Series>, string]>([
    [
      'a family that no kernel reports',
      { signature: [{ families: ['kassan'], stack: ['zs_free'], note }] },
      '/s/mine/series.yaml: signature: unknown family "kassan"',
    ],
    [
      'an oracle that there is not',
      { signature: [{ oracle: 'ballance', note }] as Series['signature'] },
      '/s/mine/series.yaml: signature: unknown oracle "ballance"',
    ],
    [
      'a parameter that hides reports',
      { settings: { parameters: ['loglevel=0'] } },
      '/s/mine/series.yaml: settings: parameters: "loglevel=0": loglevel cannot be set',
    ],
  ])('may not name %s', (_what, part, message) => expect(refusal(part)).toThrow(message))

  test('may name what there is', () => {
    const signature = [
      { families: ['kasan'], stack: ['zs_free'], note },
      { oracle: 'balance', kind: 'handle-leak', note },
    ] as Series['signature']
    expect(refusal({ signature, settings: { parameters: ['zswap.enabled=0'] } })).not.toThrow()
  })

  // One after another: git reads every patch, and a busy host has other work.
  test.each(ofCheckout)('of %s names only what there is', async (name) => {
    expect((await knownSeries(name)).name).toBe(name)
  })
})
