// SPDX-License-Identifier: MIT
import { link, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { recordingContext } from '../../testing/fake-tree.ts'
import { folderOf, storeFolder } from '../../testing/stored.ts'
import { inOwnDir } from '../files/temp.ts'
import { tryLock } from '../locks/lock.ts'
import { boundCache, chooseEvictions, cleanCache } from './clean.ts'
import { type CacheEntry, chooseStale, evict, keptAt, listEntries, sweepStaging } from './entries.ts'
import { listLeftovers, removeLeftover } from './leftovers.ts'
import { chooseBeyond, entrySizes } from './size.ts'
import { lockFile, obtain } from './store.ts'
import { sweepSometimes } from './sweep.ts'

const { signal } = new AbortController()

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'zsharness-cache-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

const entry = (key: string, usedAt: number, kind: CacheEntry['kind'] = 'builds', costly = false): CacheEntry => ({
  kind,
  key,
  costly,
  usedAt,
})
const keys = (entries: readonly CacheEntry[]): string[] => entries.map(({ key }) => key).sort()

describe('what is stale', () => {
  test('unused for too long', () => {
    expect(keys(chooseStale([entry('old', 0), entry('new', 90)], 100, 50, { builds: 9 }))).toEqual(['old'])
  })
  test('beyond the number kept, the least recently used first, each kind by itself', () => {
    const entries = [entry('a', 1), entry('b', 2), entry('c', 3), entry('t', 0, 'trees')]
    expect(keys(chooseStale(entries, 4, 1_000, { builds: 2, trees: 1 }))).toEqual(['a'])
  })
  test('a disk with room keeps the builds of the largest plan, a full one does not', () => {
    const builds = Array.from({ length: 60 }, (_, nth) => entry(`b${nth}`, nth))
    expect(chooseStale(builds, 60, 1_000, keptAt(64 * 1024 ** 3))).toEqual([])
    expect(chooseStale(builds, 60, 1_000, keptAt(4 * 1024 ** 3))).toHaveLength(36)
  })
  test('many cheap builds do not evict the one whose objects they took over', () => {
    const entries = [entry('whole', 0, 'builds', true), entry('a', 1), entry('b', 2)]
    expect(keys(chooseStale(entries, 3, 1_000, { builds: 1, 'costly builds': 1 }))).toEqual(['a'])
  })
})

test('a build is costly by its objects, a tree when it is no folder of the user', async () => {
  const add = async (kind: CacheEntry['kind'], key: string, meta: object): Promise<void> =>
    (await obtain(join(cache, kind), key, async () => meta))[Symbol.asyncDispose]()
  await add('builds', 'whole', { compiled: 742 })
  await add('builds', 'edit', { compiled: 1, spec: 'debian:6.1' })
  await add('trees', 'download', { spec: 'debian:6.1' })
  await add('trees', 'folder', { spec: 'dir:/src/linux' })
  await add('guests', 'guest', {})
  expect(keys((await listEntries(cache)).filter(({ costly }) => costly))).toEqual(['download', 'whole'])
})

describe('what does not fit', () => {
  const newestFirst = [entry('c', 3), entry('b', 2), entry('a', 1)]

  test.each([
    [60, ''],
    [59, 'a'],
    [29, 'a b'],
    [9, 'a b c'],
    [0, 'a b c'],
  ])('into %i bytes: the least recently used go: %s', (limit, gone) => {
    const beyond = chooseBeyond(newestFirst, [10, 20, 30], limit)
    expect(beyond.map(({ key }) => key).join(' ')).toBe(gone)
  })

  test('a file that two entries share counts once, for the newer one', async () => {
    for (const key of ['c', 'b']) await mkdir(join(cache, 'builds', key), { recursive: true })
    await writeFile(join(cache, 'builds/b/big'), Buffer.alloc(1 << 20, 1))
    await link(join(cache, 'builds/b/big'), join(cache, 'builds/c/big'))
    const [newer, older] = await entrySizes(cache, newestFirst.slice(0, 2), signal)
    expect(newer).toBeGreaterThanOrEqual(1 << 20)
    expect(older).toBeLessThan(1 << 16)
  })
})

describe('removing', () => {
  const make = async (): Promise<object> => ({ compiled: 742 })

  test('an entry that a run uses stays', async () => {
    const held = await obtain(join(cache, 'builds'), 'k', make)
    const [listed] = await listEntries(cache)
    expect(listed).toMatchObject({ kind: 'builds', key: 'k', costly: true })
    expect(await evict(cache, listed!)).toBe(false)
    await held[Symbol.asyncDispose]()
    expect(await evict(cache, listed!)).toBe(true)
    expect(await listEntries(cache)).toEqual([])
  })

  test('reports each entry that was evicted, and each that is in use', async () => {
    await using _held = await obtain(join(cache, 'builds'), 'used', make)
    await (await obtain(join(cache, 'trees'), 'unused', make))[Symbol.asyncDispose]()
    await mkdir(join(cache, 'guests/.staging-dead'), { recursive: true })
    const seen: Record<string, boolean> = {}
    const cleaned = await cleanCache(cache, await listEntries(cache), signal, ({ key }, evicted) => {
      seen[key] = evicted
    })
    expect(seen).toEqual({ used: false, unused: true })
    expect(cleaned).toMatchObject({ evicted: 1, inUse: 1, incomplete: 1 })
  })

  /** A folder whose files a tree lists, and a build links to if `built`. */
  const tree = async (key: string, files: Readonly<Record<string, number>>, built: boolean): Promise<CacheEntry> => {
    const dir = join(cache, `of-${key}`)
    await mkdir(dir, { recursive: true })
    for (const [name, byte] of Object.entries(files)) await writeFile(join(dir, name), Buffer.alloc(1 << 20, byte))
    const listing = await storeFolder(cache, dir)
    await (await obtain(join(cache, 'trees'), key, async () => ({ key, listing })))[Symbol.asyncDispose]()
    if (built) await folderOf(cache, listing, join(cache, 'builds', key, 'src'))
    await rm(dir, { recursive: true })
    return entry(key, 0, 'trees')
  }
  const blobs = async (): Promise<number> => {
    const names = await readdir(join(cache, 'blobs'), { recursive: true, withFileTypes: true })
    return names.filter((one) => one.isFile()).length
  }

  test('a tree frees the files that no other entry lists or links to', async () => {
    const first = await tree('a', { one: 1, two: 2 }, false)
    await tree('b', { two: 2, three: 3 }, false)
    expect(await blobs()).toBe(3 + 2)
    const { bytes } = await cleanCache(cache, [first], signal, () => undefined)
    expect(await blobs()).toBe(2 + 1)
    expect(bytes).toBeGreaterThanOrEqual(1 << 20)
    expect(bytes).toBeLessThan((1 << 20) + (1 << 16))
  })

  test('what a build links to stays until the build goes', async () => {
    const listed = await tree('a', { one: 1 }, true)
    await cleanCache(cache, [listed], signal, () => undefined)
    expect(await blobs()).toBe(1)
    await rm(join(cache, 'builds/a'), { recursive: true })
    const { bytes } = await cleanCache(cache, [], signal, () => undefined)
    expect(await blobs()).toBe(0)
    expect(bytes).toBeGreaterThanOrEqual(1 << 20)
  })

  test('what two trees share counts once, for the newer one', async () => {
    const newer = await tree('new', { one: 1, two: 2 }, false)
    const older = await tree('old', { two: 2, three: 3 }, false)
    const [a, b] = await entrySizes(cache, [newer, older], signal)
    expect(Math.round(a! / (1 << 20))).toBe(2)
    expect(Math.round(b! / (1 << 20))).toBe(1)
  })

  test('everything, or by age and size', async () => {
    const entries: CacheEntry[] = []
    for (const [nth, key] of ['old', 'middle', 'new'].entries()) {
      await mkdir(join(cache, 'builds', key), { recursive: true })
      await writeFile(join(cache, 'builds', key, 'file'), Buffer.alloc(1 << 20, 1))
      entries.push(entry(key, Date.now() - (3 - nth) * 1_000))
    }
    const chosen = async (what: Parameters<typeof chooseEvictions>[2]) =>
      (await chooseEvictions(cache, entries, what, signal)).map(({ key }) => key)
    expect(await chosen('everything')).toEqual(['old', 'middle', 'new'])
    expect(await chosen({ maxAgeMs: 2_500, maxBytes: undefined })).toEqual(['old'])
    expect(await chosen({ maxAgeMs: 2_500, maxBytes: 3 << 19 })).toEqual(['old', 'middle'])
    expect(await chosen({ maxAgeMs: 60_000, maxBytes: undefined })).toEqual([])
  })

  test('the end of a run evicts what is beyond the bounds, with a note', async () => {
    for (let n = 0; n < 8; n++)
      await (await obtain(join(cache, 'trees'), `t${n}`, async () => ({ spec: 'dir:.' })))[Symbol.asyncDispose]()
    const context = recordingContext()
    await boundCache(cache, context)
    expect(await listEntries(cache)).toHaveLength(6)
    expect(context.events).toMatchObject([{ type: 'note', text: 'evicting the 2 least recently used entries' }])
    await boundCache(cache, context)
    expect(context.events).toHaveLength(1)
  })

  test('the end of a run removes the temporary folder of a killed run, not one in use', async () => {
    vi.stubEnv('TMPDIR', cache)
    const [dead, used] = ['zsharness-sandbox-00dead', 'zsharness-sandbox-00beef'].map((name) => join(cache, name))
    for (const dir of [dead!, used!]) {
      await mkdir(dir)
      await writeFile(`${dir}.lock`, '')
    }
    {
      await using _used = await tryLock(`${used}.lock`)
      await boundCache(cache, recordingContext())
    }
    vi.unstubAllEnvs()
    const left = (await readdir(cache)).filter((name) => name.startsWith('zsharness-'))
    expect(left.sort()).toEqual(['zsharness-sandbox-00beef', 'zsharness-sandbox-00beef.lock'])
  })

  test('the end of a run removes what cancelled runs left, but nothing that another run is making', async () => {
    for (const key of ['left', 'making']) await mkdir(join(cache, 'builds', `.staging-${key}`), { recursive: true })
    await using _making = await tryLock(lockFile(join(cache, 'builds'), 'making'))
    await boundCache(cache, recordingContext(AbortSignal.abort()))
    expect(await readdir(join(cache, 'builds'))).toContain('.staging-left')
    await boundCache(cache, recordingContext())
    const staging = (await readdir(join(cache, 'builds'))).filter((name) => name.startsWith('.staging-'))
    expect(staging).toEqual(['.staging-making'])
  })

  test('a sweep tolerates an index that another run removes meanwhile', async () => {
    await mkdir(join(cache, 'indexes'))
    for (let n = 0; n < 9; n++) await symlink('gone', join(cache, 'indexes', `i${n}`))
    await sweepSometimes(cache, signal)
    expect(await readdir(join(cache, 'indexes'))).toHaveLength(8)
  })

  test('an interrupt leaves the rest to the next run', async () => {
    for (let n = 0; n < 8; n++) await (await obtain(join(cache, 'trees'), `t${n}`, make))[Symbol.asyncDispose]()
    await boundCache(cache, recordingContext(AbortSignal.abort()))
    expect(await listEntries(cache)).toHaveLength(8)
  })

  test('an entry that another run evicts meanwhile is not listed', async () => {
    await mkdir(join(cache, 'builds'))
    await symlink('gone', join(cache, 'builds/k.json'))
    expect(await listEntries(cache)).toEqual([])
  })

  test('a cache that cannot be brought within its bounds is a note at the end of a run', async () => {
    for (let n = 0; n < 8; n++) {
      await mkdir(join(cache, 'trees'), { recursive: true })
      await writeFile(join(cache, 'trees', `t${n}.json`), '{}')
      // Not even root can make that file.
      await symlink('/proc/no-such-file', join(cache, 'trees', `t${n}.lock`))
    }
    const context = recordingContext()
    await boundCache(cache, context)
    expect(context.events.at(-1)).toMatchObject({
      type: 'note',
      level: 'warning',
      text: expect.stringMatching(/bounds: cannot lock/),
    })
  })

  test('downloads, mirrors and package lists go unless a run uses them', async () => {
    for (const dir of [
      'downloads/idle',
      'downloads/busy',
      'downloads/partial',
      'mirrors/idle.git',
      'mirrors/busy.git',
      'apt',
    ])
      await mkdir(join(cache, dir), { recursive: true })
    for (const file of ['downloads/partial/cut', 'mirrors/idle.git/HEAD', 'apt/fetched', 'apt/lock'])
      await writeFile(join(cache, file), Buffer.alloc(100_000, 1))
    await using _download = await tryLock(join(cache, 'downloads/busy.lock'))
    await using _mirror = await tryLock(join(cache, 'mirrors/busy.git.use.lock'), 'shared')
    const removed: Record<string, boolean> = {}
    for (const one of await listLeftovers(cache)) {
      const bytes = await removeLeftover(one)
      removed[one.name] = bytes !== undefined
      if (['downloads/cut', 'mirrors/idle.git', 'apt'].includes(one.name)) expect(bytes).toBeGreaterThan(90_000)
    }
    expect(removed).toEqual({
      'downloads/busy': false,
      'downloads/cut': true,
      'downloads/idle': true,
      'mirrors/busy.git': false,
      'mirrors/idle.git': true,
      apt: true,
    })
    const left = (await readdir(cache, { recursive: true })).filter((name) => !name.endsWith('lock')).sort()
    expect(left).toEqual(['apt', 'downloads', 'downloads/busy', 'downloads/partial', 'mirrors', 'mirrors/busy.git'])
  })

  test('incomplete entries are removed, unless their maker is still running', async () => {
    const root = join(cache, 'trees')
    for (const name of ['.staging-dead', '.staging-dead.archive', '.staging-busy'])
      await mkdir(join(root, name), { recursive: true })
    for (const name of ['dead.json.0123456789ab.tmp', 'busy.json.0123456789ab.tmp'])
      await writeFile(join(root, name), '')
    await mkdir(join(cache, 'builds/.check-00dead'), { recursive: true })
    await writeFile(join(cache, 'builds/.check-00dead.lock'), '')
    await using _lock = await tryLock(lockFile(root, 'busy'))
    const left = async () => (await readdir(root)).filter((name) => !name.endsWith('.lock')).sort()
    await inOwnDir(join(cache, 'builds/.check-'), async (busy) => {
      expect(await sweepStaging(cache)).toBe(4)
      expect(await left()).toEqual(['.staging-busy', 'busy.json.0123456789ab.tmp'])
      expect(await readdir(join(cache, 'builds'))).toEqual([basename(busy), `${basename(busy)}.lock`])
    })
  })
})
