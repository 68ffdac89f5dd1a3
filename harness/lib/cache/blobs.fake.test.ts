// SPDX-License-Identifier: MIT
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { HostError, InterruptedError } from '../../model/errors.ts'
import { everyFileBelow } from '../files/below.ts'
import { exists } from '../files/exists.ts'
import { listFolder } from '../files/listfolder.ts'
import { type Listing, listingKey } from '../files/listing.ts'
import { hashNow } from '../files/look.ts'
import { packageRoot } from '../paths.ts'
import { adoptFiles, storeFiles } from './blobput.ts'
import { BLOB_SECONDS, type Blobs, blobPath, hasBlob, openBlobs, removeBlob } from './blobs.ts'
import { ownBytes, sweepBlobs } from './blobsweep.ts'
import { checkout } from './checkout.ts'

let top: string
let root: string
let user: string
let blobs: Blobs
const signal = new AbortController().signal
const at = (...names: string[]): string => join(top, ...names)
const listed = (dir: string): Promise<Listing> => listFolder(dir, everyFileBelow(dir), { signal })

/** Five files, of which two have equal bytes; one has a name that is not UTF-8. */
const fill = async (dir: string): Promise<void> => {
  await mkdir(join(dir, 'sub/deep'), { recursive: true })
  await writeFile(join(dir, 'plain'), 'text')
  await writeFile(join(dir, 'sub/same'), 'text')
  await writeFile(join(dir, 'sub/run'), 'text', { mode: 0o700 })
  await symlink('../../plain', join(dir, 'sub/deep/link'))
  await writeFile(Buffer.concat([Buffer.from(`${dir}/`), Buffer.from([0xff])]), '')
}
const BLOBS = 4

beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'zsharness-blobs-'))
  root = at('blobs')
  user = at('user')
  await fill(user)
  blobs = await openBlobs(root, signal)
})
afterEach(async () => {
  await blobs[Symbol.asyncDispose]()
  await rm(top, { recursive: true, force: true })
})

/** Those of the files whose content the store lacks. */
const missingBlobs = async (store: Blobs, files: Listing): Promise<Listing> =>
  files.filter((file) => !hasBlob(store, file))

/** Those of the files whose blob is damaged or missing. */
const verifyBlobs = async (store: Blobs, files: Listing): Promise<Listing> =>
  files.filter((file) => {
    try {
      return hashNow(blobPath(store.root, file), file.kind) !== file.hash
    } catch {
      return true
    }
  })

const nothing = async (): Promise<ReadonlySet<string>> => new Set()

/** Sweeps as if no run had the store open. */
const swept = async (): Promise<number | undefined> => {
  await blobs[Symbol.asyncDispose]()
  return sweepBlobs(root, nothing, signal)
}

const checkedOut = async (name: string): Promise<Listing> => {
  const listing = await listed(user)
  await storeFiles(blobs, user, listing, signal)
  await checkout(blobs, listing, at(name), signal)
  return listing
}
const blobOf = (listing: Listing, path: string): string => blobPath(root, listing.find((file) => file.path === path)!)
const incomingNames = () => readdir(join(root, 'incoming'))

describe('storing', () => {
  test('keeps each content once, and leaves nothing else', async () => {
    const listing = await listed(user)
    expect(await missingBlobs(blobs, listing)).toEqual(listing)
    expect(await storeFiles(blobs, user, listing, signal)).toBe(BLOBS)
    expect(await storeFiles(blobs, user, listing, signal)).toBe(0)
    expect(await missingBlobs(blobs, listing)).toEqual([])
    expect(await verifyBlobs(blobs, listing)).toEqual([])
    expect(await incomingNames()).toEqual([])
  })

  test('gives modes and times that do not depend on the folder', async () => {
    const listing = await listed(user)
    await storeFiles(blobs, user, listing, signal)
    expect((await lstat(blobOf(listing, 'plain'))).mode & 0o7777).toBe(0o644)
    expect((await lstat(blobOf(listing, 'sub/run'))).mode & 0o7777).toBe(0o755)
    for (const file of listing) expect((await lstat(blobPath(root, file))).mtimeMs).toBe(BLOB_SECONDS * 1_000)
  })

  test('a file that changed since it was listed is not stored', async () => {
    const listing = await listed(user)
    await writeFile(join(user, 'plain'), 'evil')
    await writeFile(join(user, 'sub/same'), 'evil')
    const storing = storeFiles(blobs, user, listing, signal)
    await expect(storing).rejects.toThrow(HostError)
    await expect(storing).rejects.toThrow('plain changed while it was copied')
    expect(await exists(blobOf(listing, 'plain'))).toBe(false)
    expect(await incomingNames()).toEqual([])
  })

  test('the folder that was stored has no link to the store', async () => {
    const listing = await checkedOut('a')
    for (const path of ['plain', 'sub/same', 'sub/run', 'sub/deep/link'])
      expect((await lstat(join(user, path))).nlink).toBe(1)
    await writeFile(join(user, 'plain'), 'evil')
    expect(await readFile(at('a/plain'), 'utf8')).toBe('text')
    expect(await verifyBlobs(blobs, listing)).toEqual([])
  })

  test('several runs at once store each content once', async () => {
    const listing = await listed(user)
    const stores = Array.from({ length: 4 }, async (_, nth) => {
      await using own = await openBlobs(root, signal)
      await storeFiles(own, user, listing, signal)
      await checkout(own, listing, at(`c${nth}`), signal)
    })
    await Promise.all(stores)
    // The two equal files in each of four folders, and the blob.
    expect((await lstat(blobOf(listing, 'plain'))).nlink).toBe(9)
  })

  test('an interrupt ends it', async () => {
    const listing = await listed(user)
    await expect(storeFiles(blobs, user, listing, AbortSignal.abort())).rejects.toThrow(InterruptedError)
  })
})

describe('a checkout', () => {
  test('has the files of the listing, each a link to its blob', async () => {
    const listing = await checkedOut('a')
    expect(await listed(at('a'))).toEqual(listing)
    expect(await readlink(at('a/sub/deep/link'))).toBe('../../plain')
    for (const path of ['plain', 'sub/run', 'sub/deep/link'])
      expect((await lstat(at('a', path))).ino).toBe((await lstat(blobOf(listing, path))).ino)
  })

  test('names the files that the store lacks', async () => {
    const listing = await checkedOut('a')
    removeBlob(blobs, listing.find(({ path }) => path === 'plain')!)
    const missing = await checkout(blobs, listing, at('b'), signal)
    expect(missing.map(({ path }) => path)).toEqual(['plain', 'sub/same'])
  })

  test('into a folder that has such a file fails', async () => {
    const listing = await checkedOut('a')
    await expect(checkout(blobs, listing, at('a'), signal)).rejects.toThrow(HostError)
  })

  describe('of many files, in threads', () => {
    // Made once: these tests only read them and the store, and the last one removes blobs.
    let large: { readonly top: string; readonly blobs: Blobs; readonly listing: Listing }
    beforeAll(async () => {
      const place = await mkdtemp(join(tmpdir(), 'zsharness-blobs-many-'))
      const from = join(place, 'user')
      await mkdir(join(from, 'many'), { recursive: true })
      await fill(from)
      for (let nth = 0; nth < 2_100; nth++) writeFileSync(join(from, 'many', `${nth}`), `${nth}`)
      const store = await openBlobs(join(place, 'blobs'), signal)
      const listing = await listed(from)
      await storeFiles(store, from, listing, signal)
      large = { top: place, blobs: store, listing }
    })
    afterAll(async () => {
      await large.blobs[Symbol.asyncDispose]()
      await rm(large.top, { recursive: true, force: true })
    })
    const checkoutOfMany = (stop = signal): Promise<Listing> => checkout(large.blobs, large.listing, at('a'), stop)

    test('fails as without threads', async () => {
      await mkdir(at('a'))
      await writeFile(at('a/many'), '')
      await expect(checkoutOfMany()).rejects.toThrow(HostError)
    })

    test('ends with an abort', async () => {
      const stop = new AbortController()
      const made = checkoutOfMany(stop.signal)
      stop.abort()
      await expect(made).rejects.toThrow(InterruptedError)
    })

    test('makes each of them, and names those that the store lacks', async () => {
      const gone = ['many/3', 'many/977']
      for (const file of large.listing) if (gone.includes(file.path)) removeBlob(large.blobs, file)
      const missing = await checkoutOfMany()
      expect(missing.map(({ path }) => path).sort()).toEqual(gone)
      const made = large.listing.filter(({ path }) => !gone.includes(path))
      expect(listingKey(await listed(at('a')))).toBe(listingKey(made))
    })
  })

  test.skipIf(!existsSync('/dev/shm'))('on another file system has copies', async () => {
    const listing = await checkedOut('a')
    const far = await mkdtemp('/dev/shm/zsharness-blobs-')
    try {
      await checkout(blobs, listing, join(far, 'b'), signal)
      expect(await listed(join(far, 'b'))).toEqual(listing)
      expect((await lstat(join(far, 'b/plain'))).mtimeMs).toBe(BLOB_SECONDS * 1_000)
      await fill(join(far, 'c'))
      removeBlob(blobs, listing.find(({ path }) => path === 'plain')!)
      expect(await adoptFiles(blobs, join(far, 'c'), listing, signal)).toBe(1)
      expect(await verifyBlobs(blobs, listing)).toEqual([])
    } finally {
      await rm(far, { recursive: true })
    }
  })
})

describe('a damaged blob', () => {
  const PLAIN = ['plain', 'sub/same']

  test('that was written to through a checkout is not linked again, and is stored anew', async () => {
    const listing = await checkedOut('a')
    await writeFile(at('a/plain'), 'evil')
    expect((await checkout(blobs, listing, at('b'), signal)).map(({ path }) => path)).toEqual(PLAIN)
    expect(await storeFiles(blobs, user, listing, signal)).toBe(1)
    await checkout(blobs, listing, at('c'), signal)
    expect(await readFile(at('c/plain'), 'utf8')).toBe('text')
  })

  test('that a crash left empty is not linked', async () => {
    const listing = await checkedOut('a')
    await writeFile(at('a/plain'), '')
    await utimes(at('a/plain'), BLOB_SECONDS, BLOB_SECONDS)
    expect((await missingBlobs(blobs, listing)).map(({ path }) => path)).toEqual(PLAIN)
  })

  test('with the time of a blob is found when it is read', async () => {
    const listing = await checkedOut('a')
    await writeFile(at('a/plain'), 'evil')
    await utimes(at('a/plain'), BLOB_SECONDS, BLOB_SECONDS)
    expect((await verifyBlobs(blobs, listing)).map(({ path }) => path)).toEqual(PLAIN)
  })

  test.each(['a folder', 'a link', 'a file for a link', 'nothing'])('%s in its place is none', async (what) => {
    const listing = await checkedOut('a')
    const file = listing.find(({ path }) => path === (what === 'a file for a link' ? 'sub/deep/link' : 'plain'))!
    const path = blobPath(root, file)
    await unlink(path)
    if (what === 'a folder') await mkdir(path)
    if (what === 'a link') await symlink(at('a/plain'), path)
    if (what === 'a file for a link') await writeFile(path, '../../plain')
    expect(await verifyBlobs(blobs, [file])).toEqual([file])
    expect(hasBlob(blobs, file)).toBe(false)
    expect(await storeFiles(blobs, user, listing, signal)).toBe(1)
  })

  test('is not what was only touched, or whose mode was changed: it is as before', async () => {
    const listing = await checkedOut('a')
    await utimes(at('a/plain'), 1, 1)
    await chmod(at('a/sub/run'), 0o700)
    expect(await missingBlobs(blobs, listing)).toEqual([])
    expect((await lstat(at('a/plain'))).mtimeMs).toBe(BLOB_SECONDS * 1_000)
    expect((await lstat(at('a/sub/run'))).mode & 0o7777).toBe(0o755)
  })
})

describe('adopting', () => {
  test('makes the files themselves blobs', async () => {
    await fill(at('own'))
    const { ino } = await lstat(at('own/sub/run'))
    const listing = await listed(at('own'))
    expect(await adoptFiles(blobs, at('own'), listing, signal)).toBe(BLOBS)
    expect((await lstat(blobOf(listing, 'sub/run'))).ino).toBe(ino)
    expect(await listed(at('own'))).toEqual(listing)
    expect(await verifyBlobs(blobs, listing)).toEqual([])
    expect(await missingBlobs(blobs, listing)).toEqual([])
    expect(await incomingNames()).toEqual([])
  })

  test('replaces files whose content is there by links to it', async () => {
    await fill(at('own'))
    const listing = await checkedOut('a')
    for (let nth = 0; nth < 2; nth++) {
      expect(await adoptFiles(blobs, at('own'), listing, signal)).toBe(0)
      for (const { path } of listing.slice(0, -1))
        expect((await lstat(at('own', path))).ino).toBe((await lstat(at('a', path))).ino)
    }
    expect(await listed(at('own'))).toEqual(listing)
    expect(await incomingNames()).toEqual([])
  })
})

describe('sweeping', () => {
  const KIB = 1024

  test('removes nothing while the store is open', async () => {
    const listing = await listed(user)
    await storeFiles(blobs, user, listing, signal)
    expect(await sweepBlobs(root, nothing, signal)).toBeUndefined()
    expect(await missingBlobs(blobs, listing)).toEqual([])
  })

  test('removes what nobody uses, and tells what it frees', async () => {
    await writeFile(join(user, 'big'), Buffer.alloc(256 * KIB, 1))
    const listing = await checkedOut('a')
    await rename(at('a/big'), at('a/used'))
    await checkout(blobs, listing, at('b'), signal)
    await rm(at('b'), { recursive: true })
    expect(await ownBytes(at('a'), signal)).toBe(0)
    expect(await swept()).toBe(0)
    await rm(at('a'), { recursive: true })
    expect(await sweepBlobs(root, nothing, signal)).toBeGreaterThanOrEqual(256 * KIB)
    const left = await readdir(root, { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => !entry.isDirectory())).toEqual([])
  })

  test('keeps what an entry lists, though nothing links to it', async () => {
    const listing = await listed(user)
    await storeFiles(blobs, user, listing, signal)
    await blobs[Symbol.asyncDispose]()
    const [kept, ...others] = listing
    await sweepBlobs(root, async () => new Set([kept!.hash]), signal)
    expect(hasBlob(blobs, kept!)).toBe(true)
    for (const file of others.filter(({ hash }) => hash !== kept!.hash)) expect(hasBlob(blobs, file)).toBe(false)
  })

  test('a file that the folder alone has counts, with several links too; one of another entry does not', async () => {
    await mkdir(at('build'))
    await writeFile(at('build/object'), Buffer.alloc(64 * KIB, 1))
    await link(at('build/object'), at('build/same'))
    expect(await ownBytes(at('build'), signal)).toBe(64 * KIB)
    await link(at('build/object'), at('elsewhere'))
    expect(await ownBytes(at('build'), signal)).toBe(0)
  })

  test('of a store that is not there does nothing', async () => {
    expect(await sweepBlobs(at('none'), nothing, signal)).toBe(0)
  })

  test('removes what a killed run left, which a run that stores meanwhile does not lose', async () => {
    const url = pathToFileURL(join(import.meta.dirname, 'blobs.ts')).href
    const code = `import { writeFileSync } from 'node:fs'
import { incomingPath, openBlobs } from ${JSON.stringify(url)}
await openBlobs(${JSON.stringify(root)}, new AbortController().signal)
writeFileSync(incomingPath(${JSON.stringify(root)}), 'x'.repeat(10_000))
console.log('stored')
setTimeout(() => {}, 60_000)`
    const loader = join(packageRoot, 'harness/testing/ts-loader.mjs')
    const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    expect(await swept()).toBeUndefined()
    child.kill('SIGKILL')
    await once(child, 'exit')
    await expect.poll(() => sweepBlobs(root, nothing, signal), { timeout: 10_000 }).not.toBeUndefined()
    expect(await incomingNames()).toEqual([])
  })

  test('never takes a blob between storing and linking', async () => {
    await blobs[Symbol.asyncDispose]()
    const listing = await listed(user)
    let done = false
    const sweeper = (async () => {
      while (!done) await sweepBlobs(root, nothing, signal)
    })()
    for (let nth = 0; nth < 5; nth++) {
      await using own = await openBlobs(root, signal)
      await storeFiles(own, user, listing, signal)
      await checkout(own, listing, at('once'), signal)
      await rm(at('once'), { recursive: true })
    }
    done = true
    await sweeper
  })
})
