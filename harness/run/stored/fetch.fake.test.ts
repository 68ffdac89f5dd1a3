// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { keyOfMade } from '../../bundle/made.ts'
import { jsonOf } from '../../bundle/model.ts'
import { FILE } from '../../bundle/names.ts'
import type { BundleFile } from '../../bundle/tar.ts'
import { sha256Of } from '../../lib/files/hash.ts'
import { keyText } from '../../store/keyfile.ts'
import type { Store } from '../../store/model.ts'
import { openStore } from '../../store/open.ts'
import { storePlace } from '../../store/place.ts'
import { aMade, bundleFiles, type Parts, packParts, partsOf } from '../../testing/bundles.ts'
import { type StoreServer, startStoreServer } from '../../testing/store-server.ts'
import { fetchBundle } from './fetch.ts'

const wanted = aMade('after')
const KEY = keyOfMade(wanted)
// Short for those that stall, long for those that must not on a busy machine.
const STALL_MS = 1000
const PATIENT_MS = 30_000

let root: string
let server: StoreServer
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-fetch-'))
  server = await startStoreServer()
  mkdirSync(join(root, 'got'))
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

const open = async (stallMs = PATIENT_MS, where = server.url): Promise<Store> =>
  (await openStore(storePlace('--store', where), {
    emit: () => undefined,
    signal: new AbortController().signal,
    stallMs,
  }))!

const madeFile = (made: unknown): BundleFile => ({ path: FILE.made, data: Buffer.from(jsonOf(made)) })
// Each takes a thread, and the tests need some again and again.
const packed = new Map<string, ReturnType<typeof packParts>>()
const bytesOf = async (parts: Parts, more: readonly BundleFile[] = [madeFile(wanted)], files = bundleFiles(parts)) => {
  const all = [...files, ...more]
  const text = JSON.stringify([parts, all])
  const made = packed.get(text) ?? packParts(parts, all)
  packed.set(text, made)
  return Buffer.from((await made).bytes)
}

/** Puts bytes under the key, as a whole upload does. */
const serve = (bytes: Buffer): void => {
  const content = { sha256: sha256Of(bytes), size: bytes.length }
  server.files.set(`/keys/bundle/${KEY}`, Buffer.from(keyText('bundle', KEY, content)))
  server.files.set(`/blobs/${content.sha256}`, bytes)
}
const blob = (): string => [...server.files.keys()].find((path) => path.startsWith('/blobs/'))!

const fetchIt = async (store: Store) => fetchBundle(store, wanted, join(root, 'got', 'x'))

test('what another machine gave is the bundle, checked and unpacked', async () => {
  const file = join(root, 'file')
  writeFileSync(file, await bytesOf(partsOf('after')))
  expect(await (await open()).put('bundle', KEY, file)).toBe(true)
  const store = await open()
  const bundle = await fetchIt(store)
  expect(bundle?.manifest.cell.leg).toBe('after')
  expect(existsSync(join(bundle!.dir, FILE.initramfs))).toBe(true)
  // The archive is not needed any more.
  expect(readdirSync(join(root, 'got'))).toEqual(['x'])
  expect(store.notes).toEqual([])
})

test('nothing under the key is no fault', async () => {
  const store = await open()
  expect(await fetchIt(store)).toBeUndefined()
  expect([store.notes, readdirSync(join(root, 'got'))]).toEqual([[], []])
})

const after = partsOf('after')
const other = (part: Partial<Parts['cell']>): Parts => ({ ...after, cell: { ...after.cell, ...part } })
const clang = { ...after.build, llvm: true }
const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 1
  return copy
}

describe('what is not exactly the bundle is refused, reported once and replaced by the next put', () => {
  test.each<[string, () => Promise<void>, RegExp]>([
    [
      'a flipped byte',
      async () => {
        serve(await bytesOf(after))
        server.files.set(blob(), flipped(server.files.get(blob())!, 99))
      },
      /the sha256 of its file is/,
    ],
    ['a byte that was flipped before the upload', async () => serve(flipped(await bytesOf(after), 300)), /./],
    ['half a file', async () => serve((await bytesOf(after)).subarray(0, 500)), /./],
    [
      'half an upload',
      async () => {
        serve(await bytesOf(after))
        server.files.set(blob(), server.files.get(blob())!.subarray(0, 99))
      },
      /it has 99 of \d+ bytes/,
    ],
    [
      'garbage for a key',
      async () => void server.files.set(`/keys/bundle/${KEY}`, Buffer.from('\0garbage')),
      /it is not a key file/,
    ],
    ['garbage for a bundle', async () => serve(Buffer.alloc(5000, 7)), /it is no zstd archive/],
    [
      "another series' bundle",
      async () => serve(await bytesOf(after, [madeFile({ ...wanted, series: 'other' })])),
      /it is of another series/,
    ],
    [
      'that of another zsharness',
      async () => serve(await bytesOf(after, [madeFile({ ...wanted, harness: 'older' })])),
      /it is of another zsharness/,
    ],
    [
      'that of the other leg',
      async () => serve(await bytesOf(partsOf('before'), [madeFile(aMade('before'))])),
      /it is of the other leg/,
    ],
    [
      'one that claims to be this leg',
      async () => serve(await bytesOf(partsOf('before'))),
      /its cell is of the other leg/,
    ],
    ['one of another config', async () => serve(await bytesOf(other({ config: 'zpool-off' }))), /another config than/],
    ['one of another compiler', async () => serve(await bytesOf({ ...after, build: clang })), /another compiler than/],
    ['one that says nothing', async () => serve(await bytesOf(after, [])), /it does not say what it was made from/],
    ['one that says nonsense', async () => serve(await bytesOf(after, [madeFile({ format: 1 })])), /made\.json cannot/],
    [
      'one with another kernel than its own',
      async () =>
        serve(
          await bytesOf(
            after,
            [madeFile(wanted)],
            bundleFiles(after).map((file) =>
              file.path === 'bzImage' ? { ...file, data: Buffer.from('another') } : file,
            ),
          ),
        ),
      /its kernel is not the one that was built/,
    ],
  ])('%s', async (_, spoil, why) => {
    await spoil()
    const store = await open()
    expect(await fetchIt(store)).toBeUndefined()
    expect(store.notes).toEqual([expect.stringMatching(why)])
    expect(store.notes[0]).toMatch(new RegExp(`the store ${server.url}: keys/bundle/${KEY}: .*; it is not used$`, 's'))
    expect(readdirSync(join(root, 'got'))).toEqual([])
    expect(await fetchIt(store)).toBeUndefined()
    expect(store.notes).toHaveLength(1)
    expect(await store.lacks('bundle', KEY)).toBe(true)
    const file = join(root, 'file')
    writeFileSync(file, await bytesOf(after))
    expect(await store.put('bundle', KEY, file)).toBe(true)
    expect(await store.lacks('bundle', KEY)).toBe(false)
    expect(await fetchIt(await open())).toBeDefined()
  })
})

test('two writers at once leave one whole bundle', async () => {
  const files = await Promise.all(
    [1, 2].map(async (compiled) => {
      const parts = { ...after, build: { ...after.build, meta: { ...after.build.meta, compiled } } }
      const file = join(root, `file${compiled}`)
      writeFileSync(file, await bytesOf(parts))
      return file
    }),
  )
  const puts = files.map(async (file) => (await open()).put('bundle', KEY, file))
  expect(await Promise.all(puts)).toEqual([true, true])
  const store = await open()
  expect([1, 2]).toContain((await fetchIt(store))?.build.meta.compiled)
  expect(store.notes).toEqual([])
})

test('a store that stalls is left alone after its time', async () => {
  serve(await bytesOf(after))
  server.fault = () => true
  const store = await open(STALL_MS)
  expect(await fetchIt(store)).toBeUndefined()
  expect(store.notes).toEqual([expect.stringMatching(/no progress in 1 s; the run goes on without it$/)])
  const asked = server.requests.length
  expect(await fetchIt(store)).toBeUndefined()
  expect([await store.lacks('bundle', KEY), server.requests.length]).toEqual([false, asked])
})

test('a store that nobody serves is reported once', async () => {
  const store = await open(PATIENT_MS, 'http://127.0.0.1:1')
  for (let tries = 0; tries < 4; tries++) expect(await fetchIt(store)).toBeUndefined()
  expect(await store.lacks('bundle', KEY)).toBe(false)
  expect(store.notes).toEqual([expect.stringMatching(/ECONNREFUSED.*; the run goes on without it$/)])
})
