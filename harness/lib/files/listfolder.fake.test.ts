// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { everyFileBelow } from './below.ts'
import { sha256Of } from './hash.ts'
import { listFolder } from './listfolder.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-listing-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const signal = new AbortController().signal
const listed = (folder = dir) => listFolder(folder, everyFileBelow(folder), { signal })

describe('the listing of a folder', () => {
  test('has the kinds and hashes of its files, not their times or places', async () => {
    await mkdir(join(dir, 'a'))
    await writeFile(join(dir, 'a/plain'), 'p')
    await writeFile(join(dir, 'run'), '', { mode: 0o755 })
    await symlink('a/none', join(dir, 'link'))
    await writeFile(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff, 0x0a])]), 'odd')
    expect(await listed()).toEqual([
      { path: 'a/plain', kind: '-', hash: sha256Of('p') },
      { path: 'link', kind: 'l', hash: sha256Of('a/none') },
      { path: 'run', kind: 'x', hash: sha256Of('') },
      { path: '\xff\n', kind: '-', hash: sha256Of('odd') },
    ])
  })

  test('reads files longer than a chunk', async () => {
    const text = 'x'.repeat((1 << 20) + 1)
    await writeFile(join(dir, 'long'), text)
    expect((await listed())[0]!.hash).toBe(sha256Of(text))
  })

  test('a socket is refused, whoever made it', async () => {
    const server = createServer().listen(join(dir, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    await expect(listed()).rejects.toThrow(UsageError)
    await expect(listed()).rejects.toThrow('socket is not a file, folder or link')
    server.close()
  })

  test('a file that is gone is the fault of the host', async () => {
    const gone = listFolder(dir, ['gone'], { signal })
    await expect(gone).rejects.toThrow(HostError)
    await expect(gone).rejects.toThrow(`${dir}/gone: cannot be read (ENOENT)`)
  })

  test.skipIf(process.getuid?.() === 0)('so is one that cannot be read', async () => {
    await writeFile(join(dir, 'secret'), '')
    await chmod(join(dir, 'secret'), 0)
    await expect(listed()).rejects.toThrow('cannot be read (EACCES)')
  })

  test('an interrupt ends it', async () => {
    await expect(listFolder(dir, [], { signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError)
  })
})

describe('the listing of many files', () => {
  const COUNT = 3_000

  let many: string
  beforeAll(async () => {
    many = await mkdtemp(join(tmpdir(), 'zsharness-listing-'))
    for (let nth = 0; nth < COUNT; nth++) writeFileSync(join(many, `${nth}`), `${nth % 100}`)
  })
  afterAll(() => rm(many, { recursive: true, force: true }))

  test('is made in threads, and is what one thread makes', async () => {
    const files = await listed(many)
    expect(files).toHaveLength(COUNT)
    for (const { path, hash } of files) expect(hash).toBe(sha256Of(`${Number(path) % 100}`))
  })

  test('names the file that cannot be read', async () => {
    const paths = [...everyFileBelow(many), 'gone']
    await expect(listFolder(many, paths, { signal })).rejects.toThrow(`${many}/gone: cannot be read (ENOENT)`)
  })

  test('ends with an interrupt', async () => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 20)
    const listing = listFolder(many, everyFileBelow(many), { signal: controller.signal })
    await expect(listing).rejects.toThrow(InterruptedError)
  })
})
