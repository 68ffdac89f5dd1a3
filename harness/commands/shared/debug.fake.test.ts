// SPDX-License-Identifier: MIT
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CellResult } from '../../model/results.ts'
import { debugWish } from '../../replay/debug.ts'
import { aCell } from '../../testing/runs.ts'
import { debugFor, Hush } from './debug.ts'

let dir: string
let path: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-debugfor-'))
  path = process.env.PATH!
})
afterEach(async () => {
  process.env.PATH = path
  await rm(dir, { recursive: true, force: true })
})

const toolchain = { version: 'gcc 12; content 1' }
const kernel = { version: '6.1', key: 'x86_64-1', cached: true, compiled: 0, sandbox: null }
const cell = (over: Partial<CellResult> = {}) => aCell({ arch: 'arm64', kernel, inputs: null, ...over })
const session = { emit: () => undefined, signal: new AbortController().signal }
const asked = (then: CellResult, flags: Parameters<typeof debugWish>[0]) =>
  debugFor(then, debugWish(flags), { spec: 'latest/a', cache: dir, toolchain, session, hush: new Hush() })

const keepKernel = async (): Promise<void> => {
  await mkdir(join(dir, 'builds'), { recursive: true })
  await writeFile(join(dir, 'builds', 'x86_64-1.json'), '{}')
}

test('a plain replay asks for nothing, and a dump for no program', async () => {
  expect(await asked(cell(), {})).toBeUndefined()
  expect(await asked(cell(), { dump: true })).toMatchObject({ how: null, dump: true })
})

test('a kernel that left the cache is not built while somebody waits for gdb', async () => {
  await expect(asked(cell(), { gdb: true })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('is not in the cache: x86_64-1'),
    hint: expect.stringContaining('zsharness replay latest/a'),
  })
})

test('nor is that of another compiler', async () => {
  await keepKernel()
  const inputs = { treeKey: 'k', patches: [], toolchain: 'gcc 11', options: null } as unknown as CellResult['inputs']
  await expect(asked(cell({ inputs }), { atSplat: true })).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('another compiler: gcc 11'),
  })
})

test('without a gdb for the architecture, the package is named; with one, it is taken', async () => {
  await keepKernel()
  const bin = join(dir, 'bin')
  await mkdir(bin)
  process.env.PATH = bin
  await writeFile(join(bin, 'sh'), '#!/bin/sh\nexec /bin/sh "$@"\n', { mode: 0o755 })
  await expect(asked(cell(), { gdb: true })).rejects.toMatchObject({
    exitCode: 2,
    message: '--gdb: there is no gdb-multiarch on this host',
    hint: 'apt-get install gdb-multiarch',
  })
  await writeFile(join(bin, 'gdb-multiarch'), '')
  await chmod(join(bin, 'gdb-multiarch'), 0o755)
  expect(await asked(cell(), { gdb: true })).toMatchObject({ how: 'gdb', gdb: 'gdb-multiarch' })
})

test('a shell needs a terminal', async () => {
  await keepKernel()
  await expect(asked(cell(), { shell: true })).rejects.toMatchObject({ exitCode: 2 })
})
