// SPDX-License-Identifier: MIT
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runProcess } from '../process/run.ts'
import { RESTART, tailFile } from './tail.ts'
import { filesBelow } from './walk.ts'

const dir = mkdtempSync(join(tmpdir(), 'zsharness-tail-'))
afterAll(() => rmSync(dir, { recursive: true }))

/** Follows a file; `until` waits for what it has said so far. */
const follow = (path: string) => {
  const stop = new AbortController()
  const notes: string[] = []
  let said = ''
  let check = (): void => undefined
  const done = (async () => {
    for await (const piece of tailFile(path, { signal: stop.signal, note: (text) => notes.push(text) })) {
      said += piece === RESTART ? '|' : Buffer.from(piece).toString()
      check()
    }
  })()
  const until = (text: string): Promise<void> =>
    new Promise((resolve) => {
      check = () => {
        if (said === text) resolve()
      }
      check()
    })
  const end = (): Promise<void> => {
    stop.abort()
    return done
  }
  return { until, notes, end }
}

test('a file is followed as it grows, is truncated, is replaced and appears', async () => {
  const path = join(dir, 'a.log')
  const tail = follow(path)
  await new Promise((resolve) => setTimeout(resolve, 50))
  writeFileSync(path, 'one\n')
  await tail.until('one\n')
  appendFileSync(path, 'two\n')
  await tail.until('one\ntwo\n')
  truncateSync(path)
  await tail.until('one\ntwo\n|')
  appendFileSync(path, 'three\n')
  await tail.until('one\ntwo\n|three\n')
  renameSync(path, `${path}.1`)
  appendFileSync(`${path}.1`, 'late\n')
  await tail.until('one\ntwo\n|three\nlate\n')
  writeFileSync(path, 'new\n')
  await tail.until('one\ntwo\n|three\nlate\n|new\n')
  await tail.end()
  expect(tail.notes).toEqual(['does not exist yet: waiting for it', 'was replaced: reading the new file'])
})

test('a folder is walked in order, once, whatever links it has', async () => {
  const root = join(dir, 'tree')
  mkdirSync(join(root, 'b/c'), { recursive: true })
  for (const name of ['b/c/2', 'b/10', 'a', 'B']) writeFileSync(join(root, name), name)
  symlinkSync('..', join(root, 'b/up'))
  symlinkSync('b', join(root, 'z'))
  symlinkSync('a', join(root, 'link'))
  symlinkSync('nothing', join(root, 'broken'))
  await runProcess(['mkfifo', join(root, 'pipe')])
  const found = []
  for await (const { path, problem } of filesBelow(root))
    found.push([path.slice(root.length + 1), problem === undefined])
  expect(found).toEqual([
    ['B', true],
    ['a', true],
    ['b/10', true],
    ['b/c/2', true],
    ['broken', false],
    ['pipe', false],
  ])
})
