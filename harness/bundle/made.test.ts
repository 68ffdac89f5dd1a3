// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { aMade, openedOf, partsOf } from '../testing/bundles.ts'
import { keyOfMade, type Made, whyMadeOtherwise, whyNotMadeSo } from './made.ts'

const made = aMade('after')

const CHANGES: readonly (readonly [Partial<Made>, string])[] = [
  [{ harness: 'x' }, 'another zsharness'],
  [{ tree: 'x' }, 'another tree'],
  [{ series: 'x' }, 'another series'],
  [{ extraPatches: 'x' }, 'other extra patches'],
  [{ arch: 'arm64' }, 'another architecture'],
  [{ config: 'zpool-off' }, 'another config'],
  [{ profile: 'plain' }, 'another profile'],
  [{ leg: 'before' }, 'the other leg'],
  [{ legs: ['after'] }, 'other legs'],
  [{ toolchain: { version: 'gcc 13', prefix: '', llvm: false } }, 'another compiler'],
  [{ settings: 'x' }, 'other settings'],
  [{ programs: 'x' }, 'other programs'],
]

test.each(CHANGES)('%j has another key, and is named', (change, words) => {
  const other = { ...made, ...change }
  expect(keyOfMade(other)).not.toBe(keyOfMade(made))
  expect(whyMadeOtherwise(other, made)).toBe(`it is of ${words}`)
})

test('every field is among them but the format, of which there is one', () => {
  expect(new Set(CHANGES.flatMap(([change]) => Object.keys(change)))).toEqual(
    new Set(Object.keys(made).filter((name) => name !== 'format')),
  )
})

test('the order of fields says nothing', () => {
  const reversed = Object.fromEntries(Object.entries(made).reverse()) as Made
  expect(keyOfMade(reversed)).toBe(keyOfMade(made))
  expect(whyMadeOtherwise(reversed, made)).toBeUndefined()
})

test('a bundle agrees with what it says, or is refused', () => {
  const bundle = openedOf(partsOf('after'))
  expect(whyNotMadeSo(bundle, made)).toBeUndefined()
  expect(whyNotMadeSo(bundle, { ...made, config: 'zpool-off' })).toContain('another config')
  expect(whyNotMadeSo(bundle, { ...made, leg: 'before' })).toContain('the other leg')
  const clang = { ...made, toolchain: { ...made.toolchain, version: 'clang' } }
  expect(whyNotMadeSo(bundle, clang)).toContain('another compiler')
  const small = { ...bundle, manifest: { ...bundle.manifest, part: 'boot' as const } }
  expect(whyNotMadeSo(small, made)).toContain('nothing for symbols')
})
