// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { compiledBy, forecastLines } from './matrix.ts'

const cell = (arch: 'x86_64' | 'arm64', key: string, compiled: number, cached = false) => ({
  arch,
  kernel: { version: '6.1', key, cached, compiled, sandbox: null },
})

test('objects count as full builds of their architecture, each kernel once', () => {
  const cells = [
    cell('x86_64', 'on', 800),
    cell('x86_64', 'on', 800),
    cell('x86_64', 'off', 400),
    cell('arm64', 'on', 500),
  ]
  expect(compiledBy(cells)).toEqual([
    { arch: 'x86_64', builds: 2, objects: 1200, fullBuilds: 1.5 },
    { arch: 'arm64', builds: 1, objects: 500, fullBuilds: 1 },
  ])
})

test('what comes from the cache was not compiled', () => {
  const cells = [cell('x86_64', 'on', 800, true), cell('x86_64', 'off', 400)]
  expect(compiledBy(cells)).toEqual([{ arch: 'x86_64', builds: 1, objects: 400, fullBuilds: 0.5 }])
})

test('the forecast of a printed plan', () => {
  const plan =
    'CELL  TREE\na     6.1\n\n2 cells, 2 kernels (0 in the cache); ETA on this host: 3 min 5 s\nno order is faster than 2 min 1 s on 2 cores: 2 boots\nboots that a proof needs later are not counted\n'
  expect(forecastLines(plan)).toEqual([
    '2 cells, 2 kernels (0 in the cache); ETA on this host: 3 min 5 s',
    'no order is faster than 2 min 1 s on 2 cores: 2 boots',
  ])
})
