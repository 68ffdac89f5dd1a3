// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { archName } from '../../model/results.ts'
import { archs, crossCompile, findArch } from './index.ts'

test('every architecture of the results has a file, in the same order', () =>
  expect(archs.map(({ name }) => name)).toEqual(archName.options))

test('a name or an alias finds one architecture', () => {
  const names = archs.flatMap(({ name, aliases }) => [name, ...aliases])
  expect(new Set(names).size).toBe(names.length)
  for (const arch of archs) for (const alias of arch.aliases) expect(findArch(alias)).toBe(arch)
  expect(() => findArch('arm46')).toThrow('did you mean arm64?')
})

test('only another architecture needs a cross compiler', () => {
  expect(crossCompile(findArch('arm64'), 'x64')).toBe('aarch64-linux-gnu-')
  expect(crossCompile(findArch('x86_64'), 'x64')).toBe('')
})
