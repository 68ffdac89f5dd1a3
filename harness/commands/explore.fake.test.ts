// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { interrupt } from '../lib/process/interrupt.ts'
import { endLine, planLine, scenarioLine } from '../testing/explore/lines.ts'
import { installExploreMake } from '../testing/explore/make.ts'
import { writeFakeTree } from '../testing/fake-tree.ts'
import { type ExploreFlags, explore } from './actions/explore.ts'

// make, the compiler and the explorer are shell scripts here: see testing/explore/.

let top: string
const at = (...names: string[]): string => join(top, ...names)

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-explores-'))
  vi.stubEnv('PATH', `${at('bin')}:${process.env.PATH}`)
  vi.stubEnv('ZSHARNESS_CACHE', at('cache'))
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await mkdir(at('bin'))
  for (const name of ['gcc', 'ld', 'cc1', 'as'])
    await writeFile(at('bin', name), '#!/bin/sh\necho toy 1\n', { mode: 0o755 })
  writeFakeTree(at('tree'), { 'mm/Kconfig': '', 'mm/zswap.c': 'int zswap;\n', 'mm/zpool.c': 'int zpool;\n' })
})
afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
  await rm(top, { recursive: true, force: true })
})

const FLAGS: Omit<ExploreFlags, 'tree'> = {
  ...{ series: 'none', config: 'zpool-on', leg: 'after', budget: '20s', bound: '1', memory: 'sc', points: 'racy' },
  ...{ seed: '1', jobs: '1', format: 'plain' },
}

const left = () => readdir(at('results')).catch(() => [])
const run = (tree = `dir:${at('tree')}`) => explore({ ...FLAGS, tree, results: at('results') }, () => false)

test('the newest exploration is one with an answer', async () => {
  await installExploreMake(at('bin'), {
    lines: [planLine(['a', 'b']), scenarioLine('a', 1), scenarioLine('b', 1), endLine()],
  })
  await run()
  const newest = await readlink(at('results/latest-explore'))
  expect(await readdir(at('results', newest))).toContain('explore.json')
  // One that finds no tree leaves nothing, and the link as it was.
  await expect(run('dir:/no/such/tree')).rejects.toThrow('/no/such/tree')
  expect(await left()).toEqual([newest, 'latest-explore'])
})

test('what an error names stays, without being the newest', async () => {
  await installExploreMake(at('bin'), { lines: [planLine(['a']), { type: 'nonsense' }] })
  await expect(run()).rejects.toThrow('cannot be read')
  const [folder, ...more] = await left()
  expect(more).toEqual([])
  expect(await readdir(at('results', folder!, 'after'))).toContain('build.log')
})

// The last test: the interrupt is of the whole process.
test('an interrupted one leaves nothing', async () => {
  await installExploreMake(at('bin'), { lines: [planLine(['a', 'b']), '@wait'] })
  const ended = run().catch((error: unknown) => error)
  await vi.waitFor(async () => expect(await readdir(at('cache/explorers'))).not.toEqual([]), 30_000)
  interrupt()
  expect(await ended).toMatchObject({ exitCode: 130 })
  expect(await left()).toEqual([])
})
