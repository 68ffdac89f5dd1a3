// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Finding } from '../model/results.ts'
import { aFinding } from '../testing/runs.ts'
import { identityOf, isSameFailure } from './identity.ts'

const here = aFinding({ kind: 'oops', title: 'Oops in f', bucket: 'null-deref:f', file: 'mm/a.c' })

test.each<[string, Partial<Finding>, boolean]>([
  ['itself', {}, true],
  ['the same bug in another report', { kind: 'kasan', title: 'KASAN: null-ptr-deref Read in f', file: null }, true],
  ['another bug in a report of the same title', { bucket: 'wild-access:f' }, false],
  ['the report of an older zsharness', { bucket: null }, true],
  ['another report of an older zsharness', { bucket: null, title: 'Oops in g' }, false],
  ['a report whose function is lost', { bucket: 'null-deref:?', title: 'Oops' }, false],
  ['the same bug, found by another oracle', { oracle: 'state' }, false],
])('%s', (_, part, same) => {
  const other = { ...here, ...part }
  expect([isSameFailure(here, other), isSameFailure(other, here)]).toEqual([same, same])
})

test('two reports without a function are the same only by their title', () => {
  const one = aFinding({ bucket: 'null-deref:?', title: 'KASAN: null-ptr-deref' })
  expect(isSameFailure(one, { ...one })).toBe(true)
  expect(isSameFailure(one, { ...one, title: 'Oops' })).toBe(false)
})

test('a key is the same for the same failure', () => {
  expect(identityOf({ ...here, title: 'other', kind: 'kasan', file: null })).toBe(identityOf(here))
  expect(identityOf({ ...here, bucket: 'wild-access:f' })).not.toBe(identityOf(here))
})
