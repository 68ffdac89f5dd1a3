// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ticksProgram } from '../guest/ticks.ts'
import { sweepTempDirs } from '../lib/files/temp.ts'
import { packageRoot } from '../lib/paths.ts'
import { runCompiler, runMake } from './make.ts'

vi.mock('./sandbox.ts', async (original) => ({
  ...(await original<typeof import('./sandbox.ts')>()),
  findSandbox: async () => 'none' as const,
}))

let root: string
let temp: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-cc-'))
  temp = join(root, 'temp')
  await mkdir(temp)
  vi.stubEnv('TMPDIR', temp)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

// As gcc does: its files are in TMPDIR while it works, and it removes them at its end, unless it is killed.
const KILLED = `: >"$TMPDIR/ccAbCdEf.s"; kill -KILL $$`

test.each([
  ['make', (argv: readonly string[]) => runMake(argv, { writable: [] }, {})],
  ['a compiler', (argv: readonly string[]) => runCompiler(argv, {})],
])('what %s that is killed had in TMPDIR is gone', async (_, run) => {
  const { ended } = await run(['/bin/sh', '-c', KILLED])
  expect(ended).toEqual({ by: 'signal', name: 'SIGKILL' })
  expect(await readdir(temp)).toEqual([])
})

test('so is what a gcc had there that measures the counter of this host', async () => {
  await mkdir(join(root, 'bin'))
  await writeFile(join(root, 'bin/gcc'), `#!/bin/sh\n${KILLED}\n`, { mode: 0o755 })
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
  await expect(ticksProgram()).rejects.toThrow('cannot measure')
  expect(await readdir(temp)).toEqual([])
})

test('what a build left whose harness was killed is swept by the next', async () => {
  const url = pathToFileURL(join(import.meta.dirname, 'make.ts')).href
  const code = `import { runCompiler } from ${JSON.stringify(url)}
await runCompiler(['/bin/sh', '-c', ': >"$TMPDIR/ccAbCdEf.s"; echo there; sleep 60'], { onLine: console.log })`
  const loader = join(packageRoot, 'harness/testing/ts-loader.mjs')
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  const before = await readdir(temp)
  expect(before.map((name) => name.slice(0, 13))).toEqual(['zsharness-cc-', 'zsharness-cc-'])
  await vi.waitFor(async () => expect(await sweepTempDirs()).toBe(1), 10_000)
  expect(await readdir(temp)).toEqual([])
})
