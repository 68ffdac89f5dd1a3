// SPDX-License-Identifier: MIT
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { createLogReader, type Splat } from '../splat/index.ts'
import { followLog } from './shared/followlog.ts'

const dir = mkdtempSync(join(tmpdir(), 'zsharness-follow-'))
afterAll(() => rmSync(dir, { recursive: true }))

const crash = (name: string): string =>
  [
    'BUG: kernel NULL pointer dereference, address: 0000000000000018',
    'CPU: 1 PID: 412 Comm: ip Not tainted 6.1.0 #1',
    `RIP: 0010:${name}+0x31/0x90`,
    'Call Trace:',
    ' vfs_read+0x1c2/0x9d0',
    '---[ end trace 0000000000000000 ]---',
  ]
    .map((text) => `[    1.000000] ${text}\n`)
    .join('')

/** Follows a file; `next` waits for a report. */
const follow = (path: string) => {
  const stop = new AbortController()
  const reported: Splat[] = []
  let taken = 0
  let wake = (): void => undefined
  const result = followLog(path, {
    signal: stop.signal,
    note: () => undefined,
    settleMs: 100,
    open: (onSplat) => createLogReader({ onSplat }),
    onSplat: (splat) => {
      reported.push(splat)
      wake()
    },
  })
  const next = async (): Promise<Splat> => {
    while (reported.length <= taken)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    taken += 1
    return reported[taken - 1]!
  }
  return { next, result, stop: () => stop.abort() }
}

test('each report comes when it is complete, with its line in the file that it is in', async () => {
  const path = join(dir, 'console.log')
  writeFileSync(path, `a\n${crash('first')}`)
  const log = follow(path)
  // Nothing follows: silence ends it.
  expect(await log.next()).toMatchObject({ function: 'first', line: 2, corrupted: null })
  appendFileSync(path, crash('second'))
  expect(await log.next()).toMatchObject({ function: 'second', line: 8 })
  renameSync(path, `${path}.1`)
  writeFileSync(path, `b\nc\n${crash('third')}`)
  expect(await log.next()).toMatchObject({ function: 'third', line: 3 })
  log.stop()
  const {
    file: { splats, lines },
    problem,
  } = await log.result
  expect(problem).toBeUndefined()
  expect(splats.map(({ function: name, line }) => [name, line])).toContainEqual(['third', 3])
  expect([splats.length, lines]).toEqual([3, 21])
})

test('a compressed file is refused: its end is not readable', async () => {
  const path = join(dir, 'console.log.gz')
  writeFileSync(path, gzipSync(crash('first')))
  await expect(follow(path).result).rejects.toThrow(UsageError)
})

test('what cannot be read is named', async () => {
  expect(await follow(dir).result).toMatchObject({ file: { splats: [] }, problem: expect.stringContaining('EISDIR') })
})
