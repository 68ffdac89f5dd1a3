// SPDX-License-Identifier: MIT
import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { JOURNAL, RecordFile } from './journal.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-records-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/** The handle of a file on a disk that takes half of what is written, until there is room. */
const onFullDisk = (handle: FileHandle, isFull: () => boolean): FileHandle =>
  new Proxy(handle, {
    get: (target, name) => {
      if (name === 'writeFile')
        return async (text: string) => {
          await target.writeFile(isFull() ? text.slice(0, text.length / 2) : text)
          if (isFull()) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
        }
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

class Records extends RecordFile<unknown> {
  static over(dir: string, handle: FileHandle): Records {
    return new Records(dir, handle, { [Symbol.asyncDispose]: async () => undefined }, [])
  }
}

test('a record that a full disk took half of does not spoil the next one', async () => {
  let isFull = false
  const handle = onFullDisk(await open(join(dir, JOURNAL), 'a'), () => isFull)
  await using records = Records.over(dir, handle)
  await records.add({ n: 1 })
  isFull = true
  await expect(records.add({ n: 2 })).rejects.toThrow('ENOSPC')
  isFull = false
  await records.add({ n: 3 })
  expect(records.records).toEqual([{ n: 1 }, { n: 3 }])
  expect(await readFile(join(dir, JOURNAL), 'utf8')).toBe('{"n":1}\n{"n":3}\n')
})
