// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { interrupt } from '../../lib/process/interrupt.ts'
import { InterruptedError, UsageError } from '../../model/errors.ts'
import { watchRuns } from './watch.ts'

let root: string | undefined
afterEach(async () => {
  vi.restoreAllMocks()
  process.exitCode = undefined
  if (root) await rm(root, { recursive: true, force: true })
})

// One test: an interrupt holds for the rest of the process.
test('each edit runs again, cancels the run that it makes obsolete, and a bad text is only reported', async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-watch-'))
  const patch = join(root, 'x.patch')
  const edit = (text: string) => writeFile(patch, text)
  await edit('0')
  let output = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += chunk
    return true
  })
  const shows = (text: string) => vi.waitFor(() => expect(output).toContain(text), 10_000)
  const ran: string[] = []
  let act: (signal: AbortSignal) => Promise<void> = async () => undefined
  const once = vi.fn(async ({ signal }: { readonly signal: AbortSignal }) => {
    await act(signal)
    process.exitCode = 1
    ran.push('ended')
  })
  const until = (signal: AbortSignal) =>
    new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new InterruptedError())))
  const watching = watchRuns({ folders: [], files: [patch] }, once, { format: 'plain', bell: true })

  await shows('waiting for an edit; Ctrl-C ends')
  expect(output).toContain('\x07')

  act = until
  await edit('1')
  await shows(`changed: ${patch}`)
  await vi.waitFor(() => expect(once).toHaveBeenCalledTimes(2), 10_000)
  act = async () => {
    throw new UsageError('x.patch does not apply', 'rebase it')
  }
  await edit('2')
  await shows('edited: this run is obsolete')
  await shows('x.patch does not apply')
  expect(output).not.toContain('interrupted')
  expect(ran).toHaveLength(1)

  act = async () => undefined
  await edit('3')
  await vi.waitFor(() => expect(ran).toHaveLength(2), 10_000)

  interrupt()
  await watching
  expect(process.exitCode).toBe(1)
  expect(once).toHaveBeenCalledTimes(4)
})
