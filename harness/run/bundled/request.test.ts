// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { request as requestSchema } from '../../model/results.ts'
import { openedOf, partsOf } from '../../testing/bundles.ts'
import { DEFAULT_TERMS } from '../../verdict/pair.ts'
import { bundledInputs } from './inputs.ts'
import { bundledRequest } from './request.ts'

const opened = (leg: 'before' | 'after') => {
  const parts = partsOf(leg)
  const bundle = openedOf(parts)
  return {
    bundle: { ...bundle, boot: { ...bundle.boot, request: requestSchema.parse(parts.boot.request) } },
    programs: [],
  }
}

const local = {
  settings: { jobs: 1, resultsDir: '/results', cache: '/cache' },
  ...{ terms: DEFAULT_TERMS, command: ['zsharness'], compare: async () => null },
}
const NO_FLAGS = { lanes: undefined, durationS: undefined, seed: undefined, amplify: true, runs: 1 } as const

test('both legs are one pair with two cells, one leg is one cell', () => {
  const both = bundledRequest([opened('before'), opened('after')], NO_FLAGS, local)
  expect(both.pairs).toHaveLength(1)
  expect(both.pairs[0]!.cells.map(({ leg }) => leg)).toEqual(['before', 'after'])
  const one = bundledRequest([opened('after')], NO_FLAGS, local)
  expect(one.pairs[0]!.cells.map(({ leg }) => leg)).toEqual(['after'])
})

test('flags win over what the bundle says', () => {
  const flags = { ...NO_FLAGS, lanes: ['pump'] as const, durationS: 3, seed: '9', amplify: false }
  expect(bundledRequest([opened('after')], flags, local).settings).toMatchObject({
    ...{ lanes: ['pump'], durationS: 3, seed: '9', amplify: false, cache: '/cache' },
  })
  expect(bundledRequest([opened('after')], NO_FLAGS, local).settings).toMatchObject({
    ...{ lanes: ['race'], durationS: null, seed: '1', amplify: true },
  })
})

test('the inputs name the bundle where a tree would be', () => {
  const inputs = bundledInputs([opened('before').bundle, opened('after').bundle])
  expect(inputs.all).toHaveLength(1)
  expect(inputs.all[0]!.tree.meta).toMatchObject({ version: '6.1.192', key: 'tree' })
  expect(inputs.all[0]!.series.signature).toMatchObject([{ stack: ['zs_map_object'] }])
})

test('one tree of two contents is refused', () => {
  const [one, other] = [opened('before').bundle, opened('after').bundle]
  const changed = { ...other, build: { ...other.build, inputs: { ...other.build.inputs, treeKey: 'x' } } }
  expect(() => bundledInputs([one, changed])).toThrow('different contents of debian:6.1')
})
