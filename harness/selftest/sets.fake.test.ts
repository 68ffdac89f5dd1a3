// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { recordingContext, writeFakeTree } from '../testing/fake-tree.ts'
import { listSets, loadSets, setOfTree } from './sets.ts'

const root = mkdtempSync(join(tmpdir(), 'zsharness-sets-'))
afterAll(() => rmSync(root, { recursive: true }))

const writeSet = (dir: string, versions: string): void => {
  mkdirSync(dir, { recursive: true })
  const lists = 'controls: []\ncanaries: []\nmutants: []\n'
  writeFileSync(join(dir, 'selftest.yaml'), `versions: "${versions}"\nseries: none\n${lists}`)
}

const sets = join(root, 'sets')
writeSet(sets, '>=6.1 <6.5')
writeSet(join(sets, '6.12'), '>=6.12 <6.13-rc1')
writeSet(join(sets, '7.3'), '>=7.3 <7.4-rc1')
mkdirSync(join(sets, 'notes'))

const setOf = async (major: number, minor: number) => {
  const dir = join(root, `${major}.${minor}`)
  const makefile = `VERSION = ${major}\nPATCHLEVEL = ${minor}\nSUBLEVEL = 3\nEXTRAVERSION =\n`
  writeFakeTree(dir, { Makefile: makefile })
  const options = { cache: join(root, 'cache'), context: recordingContext() }
  return setOfTree(await loadSets(sets), parseTreeSpec(`dir:${dir}`), options)
}

describe('the set of a tree', () => {
  test.each([
    [6, 1, 'selftest.yaml'],
    [6, 12, '6.12/selftest.yaml'],
    [7, 3, '7.3/selftest.yaml'],
  ])('of version %i.%i is that whose range has the version in its Makefile', async (major, minor, yaml) => {
    expect((await setOf(major, minor)).yaml).toBe(join(sets, yaml))
  })

  test('does not exist for another version, and the error lists the sets', async () => {
    await expect(setOf(6, 18)).rejects.toMatchObject({
      message: 'the self-test has no set for Linux 6.18.3',
      hint: expect.stringMatching(/>=6\.12 <6\.13-rc1 \(.*6\.12\/selftest\.yaml\), >=7\.3/),
    })
  })
})

test('other folders are no sets, and each set is checked', async () => {
  expect(await listSets(sets)).toEqual([sets, join(sets, '6.12'), join(sets, '7.3')])
  const dir = join(root, 'stray')
  writeSet(dir, '*')
  writeFileSync(join(dir, 'stray.patch'), '')
  await expect(loadSets(dir)).rejects.toThrow(/stray\.patch is in the folder but not listed/)
})
