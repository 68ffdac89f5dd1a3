// SPDX-License-Identifier: MIT
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSeries } from '../../inputs/series/load.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { exists } from '../../lib/files/exists.ts'
import { cacheRoot } from '../../lib/paths.ts'
import { folderOf } from '../stored.ts'

// The bugs that the stock 6.1 has: each folder has the finding, and the fix as one would send it.
const LIVE = ['zsmalloc-migrate-stubs', 'zswap-hotplug-6.1', 'zswap-pool-ref', 'zswap-writeback-put-6.1']

let scratch: string
let source: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'zsharness-live-'))
  const cache = cacheRoot()
  const context = { emit: () => undefined, signal: new AbortController().signal, scope: 'live' }
  await using tree = await obtainTree(parseTreeSpec('debian:6.1'), { cache, context })
  source = await folderOf(cache, tree.meta.listing, join(scratch, 'linux'))
})
afterAll(() => rm(scratch, { recursive: true, force: true }))

const commitOf = async (dir: string, files: readonly string[]): Promise<(...args: string[]) => Promise<unknown>> => {
  const who = ['-c', 'user.name=A Tester', '-c', 'user.email=tester@example.org']
  const git = (...args: string[]) => execa('git', [...who, ...args], { cwd: dir })
  for (const file of files) {
    await mkdir(dirname(join(dir, file)), { recursive: true })
    await cp(join(source, file), join(dir, file))
  }
  await git('init', '--quiet')
  await git('add', '-A')
  await git('commit', '--quiet', '-m', 'stock')
  return git
}

test.each(LIVE)('git am and checkpatch take the fix of %s', async (name) => {
  const { dir, patches, touches } = await loadSeries(name)
  expect(await exists(join(dir!, 'README.md'))).toBe(true)
  const git = await commitOf(join(scratch, name), touches)
  for (const { file } of patches) {
    await git('am', '--quiet', file)
    expect(await readFile(file, 'utf8')).toContain('Subject: [PATCH 6.1.y] ')
    // No history is here that could have the commit which it names.
    const check = ['scripts/checkpatch.pl', '--no-tree', '--strict', '--ignore', 'UNKNOWN_COMMIT_ID', file]
    const { stdout, exitCode } = await execa('perl', check, { cwd: source, reject: false })
    expect({ stdout, exitCode }).toEqual({
      stdout: expect.stringMatching(/^total: 0 errors, 0 warnings, 0 checks/m),
      exitCode: 0,
    })
  }
})
