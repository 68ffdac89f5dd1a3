// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { expect, test, vi } from 'vitest'
import { runningWith } from '../../testing/processes.ts'
import { packageRoot } from '../paths.ts'
import { hasProgram, sh } from './sh.ts'

// A length that no other process sleeps for, so that leftovers can be recognised.
const naps = (n: number): string => `${4000 + n}.${process.pid}`
const gone = (marker: string): Promise<void> => vi.waitFor(() => expect(runningWith(marker)).toEqual([]), 10_000)

test('a short step dies with the harness, with all that it started, even by SIGKILL', async () => {
  const nap = naps(1)
  const code = `import { sh } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'sh.ts')).href)}
await sh\`sleep ${nap} & sleep ${nap}\``
  const loader = join(packageRoot, 'harness/testing/ts-loader.mjs')
  const harness = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], { stdio: 'inherit' })
  await vi.waitFor(
    () => expect(runningWith(nap).filter(({ command }) => command.startsWith('sleep'))).toHaveLength(2),
    30_000,
  )
  harness.kill('SIGKILL')
  await once(harness, 'exit')
  await gone(`sleep ${nap}`)
})

test('the output and the exit code are those of the command', async () => {
  const { stdout, stderr, exitCode } = await sh`echo out; echo err >&2; exit 3`
  expect([stdout, stderr, exitCode]).toEqual(['out\n', 'err\n', 3])
  expect((await sh`cat`).stdout).toBe('')
  expect([await hasProgram('cat'), await hasProgram('no-such-program')]).toEqual([true, false])
})

test('a command in the background does not delay the end, and ends with it', async () => {
  const nap = naps(2)
  expect((await sh`sleep ${nap} & echo done`).stdout).toBe('done\n')
  await gone(nap)
})

test('an abort ends the whole group', async () => {
  const nap = naps(3)
  const abort = new AbortController()
  const running = sh({ signal: abort.signal })`sleep ${nap} & sleep ${nap}`
  await vi.waitFor(() => expect(runningWith(nap).length).toBeGreaterThan(1), 10_000)
  abort.abort()
  await running
  await gone(nap)
})

test('a missing folder is an error, not a hang', async () => {
  const result = await Promise.race([sh({ cwd: '/no/such/folder' })`true`, sleep(5_000, undefined)])
  expect(result?.exitCode).not.toBe(0)
})
