// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { Reading } from '../corpus.ts'
import { placeOf } from './place.ts'
import { type Row, tableOf } from './table.ts'

test.each([
  ['oops/x86-null-deref-4.19.log', '', '4.19.0', 'x86', '4.15-4.20'],
  ['oops/captured-arm64-zsmalloc-race-6.1.log', '', '6.1.192', 'arm64', '6.0-6.6'],
  ['oops/powerpc-data-access-5.15.log', '', null, 'ppc64', '5.11-5.19'],
  ['oops/arm32-null-deref-4.4.log', '', null, 'arm', '-4.14'],
  ['kmemleak/two-objects-6.1.log', '', null, 'unknown', '6.0-6.6'],
  ['oops/transport-crlf.log', '[    1.000000] RIP: 0010:foo+0x1/0x2', null, 'x86', 'unknown'],
  ['warning/two-independent.log', 'Linux version 7.3.4 (x@y)', null, 'unknown', '6.13+'],
])('%s is of its architecture and age', (name, log, kernel, arch, age) => {
  expect(placeOf(name, log, kernel)).toEqual({ arch, age })
})

const reading = (family: string, name: string | null): Reading => ({
  ...{ title: '', family, kind: 'fault', function: name, corrupted: null, access: null, task: null, pid: null },
  ...{ cpu: null, kernel: null, workqueue: null, timeS: null, line: 1, consequenceOf: null },
  ...{ frames: [], allocStack: [], freeStack: [], lines: 1 },
})

const row = (found: Reading | undefined): Row => ({
  ...{ log: 'oops/a.log', place: { arch: 'x86', age: '6.0-6.6' }, expected: reading('oops', 'foo'), found },
})

test('what is read right is counted, and what is not is listed', () => {
  const text = tableOf([row(reading('oops', 'foo')), row(reading('oops', 'bar')), row(undefined)], 3)
  expect(text).toContain('3 logs, 3 reports: family and kind of 2 are right, function of 1 of the 3 that have one.')
  expect(text).toContain('| oops | 1/3 | 1/3 |')
  expect(text).toContain('* oops/a.log, line 1: oops/fault in bar; expected oops/fault in foo')
  expect(text).toContain('* oops/a.log, line 1: nothing; expected oops/fault in foo')
  expect(tableOf([row(reading('oops', 'foo'))], 1)).toContain('All are read right.')
})

test('a function that says corrupted where the expected one does not is wrong', () => {
  const text = tableOf([row({ ...reading('oops', 'foo'), corrupted: 'no stack' })], 1)
  expect(text).toContain('oops/fault in foo, corrupted: no stack; expected')
})
