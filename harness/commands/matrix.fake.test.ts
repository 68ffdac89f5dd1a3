// SPDX-License-Identifier: MIT
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { paths } from '../lib/paths.ts'
import { matrixFrom } from './actions/matrix.ts'

const NAME = 'zsmalloc-deferred-handles-v2'
let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-matrix-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const copyTo = async (name: string): Promise<string> => {
  await cp(join(paths.patches, NAME), join(root, name), { recursive: true })
  return join(root, name)
}

test('a series elsewhere takes the place of those of the plan', async () => {
  const path = await copyTo('mine')
  const { pairs, own } = await matrixFrom('nightly', { amplify: true, series: [path, NAME] })
  expect(own.map(({ name, dir }) => [name, dir])).toEqual([['mine', path]])
  expect([...new Set(pairs.map(({ series }) => series))].sort()).toEqual(['mine', NAME])
})

test('two series of one name are refused: their cells would be', async () => {
  const path = await copyTo(NAME)
  await expect(matrixFrom('nightly', { amplify: true, series: [path] })).rejects.toThrow(
    `--series ${path}: there is another series with the name ${NAME}`,
  )
})
