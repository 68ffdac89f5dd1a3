// SPDX-License-Identifier: MIT
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { paths } from '../lib/paths.ts'
import { matrixFrom, type SelectionFlags } from './actions/matrix.ts'

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

const POINT = 'zs_free for 2ms'
const PLAN = `title: a plan
trees: [v6.1]
series: [${NAME}]
archs: [x86_64]
configs: [zpool-on]
profiles: [kasan]
`

test.each<[string, SelectionFlags, { amplify: boolean; search?: boolean; holds?: string[] }]>([
  ['', {}, { amplify: true }],
  ['amplify: true', {}, { amplify: true }],
  ['amplify: given', {}, { amplify: true }],
  ['amplify: auto', {}, { amplify: true, search: true }],
  ['amplify: off', {}, { amplify: false }],
  ['amplify: false', {}, { amplify: false }],
  ['amplify: off', { amplify: 'auto' }, { amplify: true, search: true }],
  ['amplify: off', { amplify: 'given' }, { amplify: true }],
  ['amplify: auto', { amplify: false }, { amplify: false }],
  ['amplify: auto', { amplify: 'given' }, { amplify: true }],
  ['amplify: auto', { hold: [POINT] }, { amplify: true, holds: [POINT] }],
  ['amplify: off', { hold: [POINT] }, { amplify: true, holds: [POINT] }],
])('a plan with %j and flags %j', async (line, flags, { amplify, search = false, holds = [] }) => {
  const path = join(root, 'p.yaml')
  await writeFile(path, `${PLAN}${line}\n`)
  const { settings } = await matrixFrom(path, flags)
  expect(settings).toMatchObject({ amplify, added: { search, holds } })
})

test('a plan with another word for it is refused by its place', async () => {
  const path = join(root, 'p.yaml')
  await writeFile(path, `${PLAN}amplify: on\n`)
  await expect(matrixFrom(path, {})).rejects.toThrow(/p\.yaml:7:10: amplify: .*given.*auto.*off/)
})
