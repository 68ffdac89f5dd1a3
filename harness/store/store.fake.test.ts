// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256Of } from '../lib/files/hash.ts'
import type { Event } from '../model/events.ts'
import { exec } from '../testing/fake-tree.ts'
import { type StoreServer, startStoreServer } from '../testing/store-server.ts'
import { keyText } from './keyfile.ts'
import type { Store } from './model.ts'
import { openStore } from './open.ts'
import { storePlace } from './place.ts'

const DATA = Buffer.from('a kernel, '.repeat(300_000))
const CONTENT = { sha256: sha256Of(DATA), size: DATA.length }
const KEY = '/keys/bundle/k'
const BLOB = `/blobs/${CONTENT.sha256}`
// Short for those that stall, long for those that must not on a busy machine.
const STALL_MS = 1000
const PATIENT_MS = 30_000

let root: string
let server: StoreServer
let file: string
let events: Event[]
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-store-'))
  server = await startStoreServer()
  file = join(root, 'file')
  writeFileSync(file, DATA)
  mkdirSync(join(root, 'got'))
  events = []
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

const open = async (where: string, signal = new AbortController().signal, stallMs = PATIENT_MS): Promise<Store> =>
  (await openStore(storePlace('--store', where), { emit: (event) => events.push(event), signal, stallMs }))!
const openImpatient = (where: string): Promise<Store> => open(where, undefined, STALL_MS)
const to = (name = 'x'): string => join(root, 'got', name)
/** What was reported; whether each is in the notes is checked here too. */
const told = ({ notes }: Store): readonly string[] => {
  expect(events.map((event) => event.type === 'note' && event.text)).toEqual(notes)
  return events.map((event) => (event.type === 'note' ? `${event.level}: ${event.text}` : event.type))
}
const left = (): readonly string[] => readdirSync(join(root, 'got'))
const putWhole = (): void => {
  server.files.set(KEY, Buffer.from(keyText('bundle', 'k', CONTENT)))
  server.files.set(BLOB, DATA)
}

describe.each(['a folder', 'a server'])('%s', (which) => {
  const where = (): string => (which === 'a folder' ? join(root, 'store') : `${server.url}/a/b/`)

  test('has what another run gave it', async () => {
    const first = await open(where())
    expect(await first.get('bundle', 'k', to())).toBeUndefined()
    expect(await first.put('bundle', 'k', file)).toBe(true)
    const second = await open(where())
    expect(await second.get('bundle', 'k', to())).toEqual({ file: to(), ...CONTENT })
    expect(readFileSync(to()).equals(DATA)).toBe(true)
    expect(await second.get('tree', 'k', to('other'))).toBeUndefined()
    expect([told(first), left()]).toEqual([[], ['x']])
  })

  test('of an empty file', async () => {
    writeFileSync(file, '')
    const store = await open(where())
    expect(await store.put('tree', 'k', file)).toBe(true)
    expect(await store.get('tree', 'k', to())).toMatchObject({ size: 0 })
    expect(told(store)).toEqual([])
  })

  test('keeps one whole file when several write at once', async () => {
    const files = Array.from({ length: 4 }, (_, index) => join(root, `file${index}`))
    for (const [index, path] of files.entries()) writeFileSync(path, Buffer.alloc(2_000_000, index))
    const stores = await Promise.all(files.map(() => open(where())))
    expect(await Promise.all(stores.map((store, index) => store.put('bundle', 'k', files[index]!)))).toEqual(
      files.map(() => true),
    )
    const reader = await open(where())
    const got = await reader.get('bundle', 'k', to())
    expect(files.map((path) => sha256Of(readFileSync(path)))).toContain(got?.sha256)
    expect(sha256Of(readFileSync(to()))).toBe(got?.sha256)
    expect(told(reader)).toEqual([])
  })

  test('refuses what its reader knows to be another file', async () => {
    const store = await open(where())
    await store.put('tree', 'k', file)
    const reader = await open(where())
    expect(await reader.get('tree', 'k', to(), 'b'.repeat(64))).toBeUndefined()
    expect(told(reader)).toEqual([
      expect.stringMatching(/keys\/tree\/k: it names a file of sha256 .*; it is not used$/),
    ])
    expect(left()).toEqual([])
  })

  test('an interrupt ends a get, and a put in silence', async () => {
    const stop = new AbortController()
    const store = await open(where(), stop.signal)
    await store.put('bundle', 'k', file)
    stop.abort()
    await expect(store.get('bundle', 'k', to())).rejects.toMatchObject({ exitCode: 130 })
    expect(await store.put('bundle', 'other', file)).toBe(false)
    expect([told(store), left()]).toEqual([[], []])
  })

  test('says nothing where the place is new', async () => {
    const store = await open(which === 'a folder' ? join(root, 'new/deep') : `${server.url}/new`)
    expect(await store.get('tree', 'k', to())).toBeUndefined()
    expect(told(store)).toEqual([])
  })
})

describe('what is damaged is not used, is reported once, and is replaced by an upload', () => {
  const flipped = Buffer.from(DATA)
  flipped[1_000_000]! ^= 1
  test.each<[string, () => void, RegExp]>([
    ['a flipped byte', () => server.files.set(BLOB, flipped), /the sha256 of its file is [0-9a-f]{64}, not/],
    ['half a file', () => server.files.set(BLOB, DATA.subarray(0, 99)), /it has 99 of 3000000 bytes/],
    ['a longer file', () => server.files.set(BLOB, Buffer.concat([DATA, DATA])), /more than 3000000 bytes/],
    ['another file', () => server.files.set(BLOB, Buffer.alloc(DATA.length)), /the sha256 of its file/],
    ['no file', () => server.files.delete(BLOB), /the file that it names is not there/],
    ['garbage for a key', () => server.files.set(KEY, Buffer.from('\0garbage')), /it is not a key file/],
    ['a large key', () => server.files.set(KEY, DATA), /more than 4096 bytes/],
    ['another version', () => server.files.set(KEY, Buffer.from('{"version":9}')), /version 9 of the format/],
    [
      'the key of another',
      () => server.files.set(KEY, Buffer.from(keyText('bundle', 'z', CONTENT))),
      /key file of "bundle\/z"/,
    ],
  ])('%s', async (_, damage, message) => {
    putWhole()
    damage()
    const store = await open(server.url)
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(told(store)).toEqual([expect.stringMatching(message)])
    expect(told(store)[0]).toMatch(/^warning: the store http:\S+: keys\/bundle\/k: .*; it is not used$/)
    expect(left()).toEqual([])
    expect(await store.put('bundle', 'k', file)).toBe(true)
    expect(await (await open(server.url)).get('bundle', 'k', to())).toMatchObject(CONTENT)
    expect(events).toHaveLength(1)
  })

  test('others of the same store are still used', async () => {
    putWhole()
    server.files.set('/keys/bundle/bad', Buffer.from('x'))
    const store = await open(server.url)
    for (let nth = 0; nth < 5; nth++) expect(await store.get('bundle', 'bad', to('bad'))).toBeUndefined()
    expect(await store.get('bundle', 'k', to())).toMatchObject(CONTENT)
  })

  test.each([
    ['a pipe for a key', 'keys/bundle/k', 'mkfifo'],
    ['a folder for a key', 'keys/bundle/k', 'mkdir'],
    ['a pipe for a file', `blobs/${CONTENT.sha256}`, 'mkfifo'],
  ])('%s in a folder', async (_, path, how) => {
    const dir = join(root, 'store')
    await (await open(dir)).put('bundle', 'k', file)
    await rm(join(dir, path))
    exec(root, how, join(dir, path))
    const store = await open(dir)
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(told(store)).toEqual([expect.stringMatching(/it is not a file; it is not used$/)])
  })
})

type Fault = (request: IncomingMessage, response: ServerResponse) => boolean
const status =
  (code: number, headers = {}): Fault =>
  (_request, response) => {
    response.writeHead(code, headers).end('what?')
    return true
  }
const silent: Fault = () => true
const broken: Fault = (request) => {
  request.socket.destroy()
  return true
}
/** Half of the answer, then nothing or the end of the connection. */
const half =
  (then: 'hang' | 'break'): Fault =>
  ({ url = '', socket }, response) => {
    const data = server.files.get(url)!
    response.writeHead(200, { 'content-length': data.length })
    response.write(data.subarray(0, data.length / 2), () => then === 'break' && socket.destroy())
    return true
  }
const drip: Fault = (_request, response) => {
  response.writeHead(200, { 'content-length': DATA.length })
  const timer = setInterval(() => response.write('.'), 50)
  response.on('close', () => clearInterval(timer))
  return true
}

describe('a run goes on without a store', () => {
  test.each<[string, Fault, RegExp]>([
    ['that answers 500', status(500), /: HTTP 500; the run goes on without it$/],
    ['that answers 503', status(503), /: HTTP 503; /],
    ['that answers 403', status(403), /: HTTP 403; /],
    ['that wants credentials', status(401), /: HTTP 401; /],
    ['that redirects', status(302, { location: 'http://me:secret@h/' }), /: it answers with a redirect \(HTTP 302\); /],
    ['that answers with a part', status(206), /: HTTP 206; /],
    ['that never answers', silent, /: no progress in 1 s; /],
    ['that closes the connection', broken, /: (socket hang up|.*ECONNRESET); /],
    ['that stops in the middle of a key', half('hang'), /: no progress in 1 s; /],
    ['that breaks off in the middle of a key', half('break'), /: (aborted|.*ECONNRESET); /],
    ['that gives a byte now and then', drip, /: no progress in 1 s; /],
  ])('%s', async (_, fault, message) => {
    putWhole()
    server.fault = fault
    const store = await openImpatient(server.url)
    const started = performance.now()
    for (let nth = 0; nth < 5; nth++) expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(await store.put('bundle', 'k', file)).toBe(false)
    // It does not wait for it again and again.
    expect(performance.now() - started).toBeLessThan(10 * STALL_MS)
    expect(server.requests.length).toBeLessThanOrEqual(3)
    expect(told(store)).toEqual([expect.stringMatching(message)])
    expect(told(store)[0]).not.toContain('secret')
    expect(left()).toEqual([])
  })

  test.each<[string, Fault, RegExp]>([
    ['stops in the middle of a file', half('hang'), /: no progress in 1 s; /],
    ['breaks off in the middle of a file', half('break'), /: (aborted|.*ECONNRESET); /],
    ['gives a byte of a file now and then', drip, /: no progress in 1 s; /],
  ])('that %s', async (_, fault, message) => {
    putWhole()
    server.fault = (request, response) => request.url === BLOB && fault(request, response)
    const store = await openImpatient(server.url)
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(told(store)).toEqual([expect.stringMatching(message)])
    expect(left()).toEqual([])
  })

  test('that nobody serves', async () => {
    const { url } = server
    await server[Symbol.asyncDispose]()
    const store = await open(url)
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(await store.put('bundle', 'k', file)).toBe(false)
    expect(told(store)).toEqual([expect.stringMatching(/ECONNREFUSED.*; the run goes on without it$/)])
    server = await startStoreServer()
  })

  test('and uses it again after one failure', async () => {
    putWhole()
    server.fault = status(500)
    const store = await open(server.url)
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    server.fault = () => false
    expect(await store.get('bundle', 'k', to())).toMatchObject(CONTENT)
    expect(told(store)).toHaveLength(1)
  })

  test('whose folder cannot be read', async () => {
    const dir = join(root, 'store')
    mkdirSync(join(dir, 'keys'), { recursive: true })
    exec(root, 'ln', '-s', 'bundle', join(dir, 'keys/bundle'))
    const store = await open(dir)
    expect(await store.get('bundle', 'k', to())).toBeUndefined()
    expect(await store.put('bundle', 'k', file)).toBe(false)
    expect(told(store)[0]).toMatch(/^warning: the store \S+: ELOOP: .*; the run goes on without it$/)
  })

  test('when this host cannot keep the file', async () => {
    putWhole()
    const store = await open(server.url)
    expect(await store.get('bundle', 'k', join(root, 'none/x'))).toBeUndefined()
    expect(told(store)).toEqual([expect.stringMatching(/its file cannot be kept on this host: ENOENT/)])
  })
})

describe('uploads', () => {
  const onPut =
    (fault: Fault): Fault =>
    (request, response) =>
      request.method === 'PUT' && fault(request, response)

  test.each([401, 403, 405, 501])('that are refused with %i are reported once, and as no fault', async (code) => {
    server.fault = onPut(status(code))
    const store = await open(server.url)
    expect(await store.put('bundle', 'k', file)).toBe(false)
    expect(await store.put('bundle', 'l', file)).toBe(false)
    expect(told(store)).toEqual([`info: the store ${server.url}: it takes no uploads (HTTP ${code})`])
    expect(server.requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1)
    putWhole()
    expect(await store.get('bundle', 'k', to())).toMatchObject(CONTENT)
  })

  test.each<[string, Fault, RegExp]>([
    ['into a full store', status(507), /: an upload failed: HTTP 507; the run goes on without it$/],
    ['that are redirected', status(307, { location: '/x' }), /: an upload failed: it answers with a redirect/],
    ['that are not answered', silent, /: an upload failed: no progress in 1 s; /],
    ['that are broken off', broken, /: an upload failed: .+; /],
  ])('%s', async (_, fault, message) => {
    server.fault = onPut(fault)
    const store = await openImpatient(server.url)
    for (let nth = 0; nth < 5; nth++) expect(await store.put('bundle', `k${nth}`, file)).toBe(false)
    expect(told(store)).toEqual([expect.stringMatching(message)])
    expect(server.requests.filter((request) => request.startsWith('PUT')).length).toBeLessThanOrEqual(3)
    expect(server.files.size).toBe(0)
  })

  test('that break in the middle leave no key', async () => {
    server.fault = onPut((request) => {
      request.once('data', () => request.socket.destroy())
      return false
    })
    const store = await open(server.url)
    expect(await store.put('bundle', 'k', file)).toBe(false)
    expect(told(store)).toHaveLength(1)
    expect([...server.files.keys()]).toEqual([])
  })

  test('that are refused after the first bytes name the reason', async () => {
    server.fault = onPut((request, response) => {
      request.once('data', () => response.writeHead(413, { connection: 'close' }).end())
      return true
    })
    const store = await open(server.url)
    expect(await store.put('bundle', 'k', file)).toBe(false)
    expect(told(store)).toEqual([expect.stringMatching(/an upload failed: (HTTP 413|.*EPIPE|.*ECONNRESET)/)])
  })

  test('tell the length, and leave out what is there', async () => {
    const lengths: (string | undefined)[] = []
    server.fault = onPut(({ headers }) => {
      lengths.push(headers['content-length'])
      return false
    })
    expect(await (await open(server.url)).put('bundle', 'k', file)).toBe(true)
    expect(lengths).toEqual([`${DATA.length}`, `${keyText('bundle', 'k', CONTENT).length}`])
    expect(await (await open(server.url)).put('bundle', 'k', file)).toBe(true)
    expect(lengths).toHaveLength(2)
    // Half a file has another length.
    server.files.set(BLOB, DATA.subarray(1))
    expect(await (await open(server.url)).put('bundle', 'k', file)).toBe(true)
    expect(lengths).toHaveLength(4)
    expect(server.files.get(BLOB)?.equals(DATA)).toBe(true)
  })

  test('of a file that is not there', async () => {
    const store = await open(server.url)
    expect(await store.put('bundle', 'k', join(root, 'none'))).toBe(false)
    expect(told(store)).toEqual([expect.stringMatching(/an upload failed: ENOENT/)])
    expect(server.files.size).toBe(0)
  })

  test('into a folder that takes none', async () => {
    const dir = join(root, 'store')
    mkdirSync(dir)
    writeFileSync(join(dir, 'blobs'), 'a file in the way')
    const store = await open(dir)
    expect(await store.put('bundle', 'k', file)).toBe(false)
    expect(told(store)).toEqual([expect.stringMatching(/^warning: .*an upload failed: E(EXIST|NOTDIR)/)])
    expect(existsSync(join(dir, 'keys/bundle/k'))).toBe(false)
  })
})

test('the credentials of a URL are sent, and never reported', async () => {
  const url = server.url.replace('//', '//me:secret@')
  server.fault = status(500)
  const store = await open(url)
  await store.get('bundle', 'k', to())
  await store.put('bundle', 'k', file)
  expect(server.authorizations[0]).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`)
  expect(JSON.stringify([events, store.notes])).not.toMatch(/secret|me:/)
})

test('a file is no folder', async () => {
  await expect(open(file)).rejects.toMatchObject({ exitCode: 2, message: `the store ${file} is not a folder` })
})

test('a large file is never in memory as a whole', async () => {
  const size = 300 * 2 ** 20
  exec(root, 'truncate', '-s', `${size}`, file)
  const dir = join(root, 'store')
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 5)
  const before = process.memoryUsage().rss
  const store = (await openStore(storePlace('--store', dir), {
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  }))!
  expect(await store.put('tree', 'k', file)).toBe(true)
  expect(await store.get('tree', 'k', to())).toMatchObject({ size })
  await sleep(10)
  clearInterval(watch)
  expect(most - before).toBeLessThan(150 * 2 ** 20)
})
