// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { EXIT, InterruptedError, UsageError } from '../../model/errors.ts'
import { type Watchable, watchRuns } from './watch.ts'

// An interrupt holds for the rest of a process.
const stopping = vi.hoisted(() => ({ controller: new AbortController() }))
vi.mock('../../lib/process/interrupt.ts', () => ({ interruptSignal: () => stopping.controller.signal }))

let root: string
let patch: string
let output: string
let runs: number
/** Runs that have read the patch. */
let acting: number
let ended: number
let cleaned: number
/** What a run does once it has read the patch; returns its exit code. */
let act: (signal: AbortSignal) => Promise<number>
/** Before that. */
let beforeRead: () => Promise<void>

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-watch-'))
  patch = join(root, 'x.patch')
  await edit('0')
  output = ''
  runs = 0
  acting = 0
  ended = 0
  cleaned = 0
  act = async () => EXIT.ok
  beforeRead = async () => undefined
  stopping.controller = new AbortController()
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += chunk
    return true
  })
})
afterEach(async () => {
  vi.restoreAllMocks()
  process.exitCode = undefined
  await rm(root, { recursive: true, force: true })
})

const edit = (text: string) => writeFile(patch, text)
const eventually = (check: () => void) => vi.waitFor(check, 10_000)
const shows = (text: string) => eventually(() => expect(output).toContain(text))
const until = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    const onAbort = () => reject(new InterruptedError())
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
  })
const doesNotApply = async () => {
  throw new UsageError('x.patch does not apply', 'rebase it')
}

const work: Watchable = {
  watched: async () => ({ folders: [], files: [patch] }),
  run: async ({ signal }, onRead) => {
    runs++
    await beforeRead()
    onRead(await readFile(patch, 'utf8'))
    acting++
    const code = await act(signal)
    ended++
    return code
  },
  current: () => readFile(patch, 'utf8'),
  cleanUp: async () => void cleaned++,
}
const watching = () => watchRuns(work, { format: 'plain', bell: true })
const stops = async (watch: Promise<void>) => {
  stopping.controller.abort()
  await watch
  return process.exitCode
}

test('each edit runs again, cancels the run that it makes obsolete, and a bad text is only reported', async () => {
  const watch = watching()
  await shows('waiting for an edit; Ctrl-C ends')
  expect(output).toContain('\x07')

  act = until
  await edit('1')
  await shows(`changed: ${patch}`)
  await eventually(() => expect(acting).toBe(2))
  act = doesNotApply
  await edit('2')
  await shows('edited: this run is obsolete')
  await shows('x.patch does not apply')
  expect(output).not.toContain('interrupted')
  expect(ended).toBe(1)
  await eventually(() => expect(cleaned).toBe(2))

  act = async () => EXIT.kernel
  await edit('3')
  await eventually(() => expect(ended).toBe(2))
  await eventually(() => expect(process.exitCode).toBe(EXIT.kernel))
  expect(await stops(watch)).toBe(EXIT.kernel)
  expect(runs).toBe(4)
})

test('a text that cannot be tested has no verdict: the exit code is not that of the text before it', async () => {
  const watch = watching()
  await shows('waiting for an edit')
  expect(process.exitCode).toBe(EXIT.ok)
  act = doesNotApply
  await edit('1')
  await shows('x.patch does not apply')
  expect(await stops(watch)).toBe(EXIT.interrupted)
})

test('nor has a text that was edited just now', async () => {
  const watch = watching()
  await shows('waiting for an edit')
  await edit('1')
  await eventually(() => expect(process.exitCode).toBe(EXIT.interrupted))
  expect(await stops(watch)).toBe(EXIT.interrupted)
  expect(runs).toBe(1)
})

test('Ctrl-C during a run is 130, whatever an earlier run found', async () => {
  const watch = watching()
  await shows('waiting for an edit')
  act = until
  await edit('1')
  await eventually(() => expect(acting).toBe(2))
  await expect(stops(watch)).rejects.toThrow(InterruptedError)
  expect(process.exitCode).toBe(EXIT.interrupted)
})

test('an edit that changes nothing that is tested neither cancels a run nor starts one', async () => {
  let end: (code: number) => void = () => undefined
  act = (signal) => Promise.race([until(signal), new Promise<number>((resolve) => (end = resolve))])
  const watch = watching()
  await eventually(() => expect(acting).toBe(1))
  await edit('0')
  await shows(`nothing that is tested changed: ${patch}`)
  end(EXIT.kernel)
  await shows('waiting for an edit')
  output = ''
  await edit('0')
  await shows(`nothing that is tested changed: ${patch}`)
  expect(await stops(watch)).toBe(EXIT.kernel)
  expect(runs).toBe(1)
})

test('what a run has read is what counts, not what was there when it began', async () => {
  beforeRead = async () => {
    beforeRead = async () => undefined
    await edit('1')
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const watch = watching()
  await shows(`nothing that is tested changed: ${patch}`)
  await edit('0')
  await eventually(() => expect(ended).toBe(2))
  await stops(watch)
})
