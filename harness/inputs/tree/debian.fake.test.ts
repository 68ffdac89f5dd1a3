// SPDX-License-Identifier: MIT
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Event } from '../../model/events.ts'
import type { Store } from '../../store/model.ts'
import { openStore } from '../../store/open.ts'
import { storePlace } from '../../store/place.ts'
import { FakeApt } from '../../testing/fake-apt.ts'
import { exec, recordingContext } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import { identifyDebian, obtainDebian } from './debian.ts'
import { parseTreeSpec, type TreeSpec } from './spec.ts'

const DEB = 'linux-source-6.1_6.1.7-1_all.deb'
const OLD = '6.12.6-1~deb12u1'
const NEW = '6.12.9-1~deb12u1'
const PATH = process.env.PATH

let root: string
let cache: string
let apt: FakeApt
let line: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-debian-'))
  cache = join(root, 'cache')
  apt = new FakeApt(root)
  line = await apt.package('6.1', '6.1.7-1')
  apt.serve('lists', 'host', [line])
  for (const lists of ['own', 'suites'] as const) apt.serve('mirror', lists, [line])
  process.env.PATH = `${join(root, 'bin')}:${PATH}`
})
afterEach(async () => {
  process.env.PATH = PATH
  await rm(root, { recursive: true, force: true })
})

const context = recordingContext()
const obtain = async (spec = 'debian:6.1') =>
  unfolded(cache, await obtainDebian(parseTreeSpec(spec) as Extract<TreeSpec, { kind: 'debian' }>, { cache, context }))
const originOf = async (spec: string): Promise<string> => {
  await using tree = await obtain(spec)
  return tree.meta.origin.replace(/, sha256.*/, '')
}
const UPDATE = / update$/
const DOWNLOAD = /^apt-get (?!.*print-uris).* download /

describe('debian: trees', () => {
  test('come from the package that apt downloads, once', async () => {
    {
      await using tree = await obtain()
      expect(exec(root, 'diff', '-r', `work/${DEB}/linux-source-6.1`, tree.dir)).toBe('')
      expect(tree.meta.origin).toMatch(/^Debian linux-source-6.1 6.1.7-1, sha256 [0-9a-f]{64}$/)
    }
    await using again = await obtain()
    expect(again.cached).toBe(true)
    expect(apt.calls(DOWNLOAD)).toHaveLength(1)
  })

  test('are requested from apt with its signature check on', async () => {
    apt.serve('lists', 'host', [])
    apt.serve('mirror', 'own', [])
    await using _tree = await obtain()
    const calls = apt.calls(/^apt-get/)
    expect(calls.filter((call) => UPDATE.test(call))).toHaveLength(2)
    expect(calls.every((call) => call.includes('APT::Get::AllowUnauthenticated=false'))).toBe(true)
    expect(calls.every((call) => call.includes('Acquire::AllowInsecureRepositories=false'))).toBe(true)
  })

  test('of a package that differs from the lists are refused, also with fresh lists', async () => {
    const wrong = `linux-source-6.1 6.1.7-1 ${'a'.repeat(64)}`
    apt.serve('lists', 'host', [wrong])
    apt.serve('mirror', 'own', [wrong])
    await expect(obtain()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("apt's signed list says aaaa"),
    })
    expect(apt.calls(UPDATE)).toHaveLength(1)
  })

  test('fetch lists into the cache when the host has none, and use these from then on', async () => {
    apt.serve('lists', 'host', [])
    await (await obtain())[Symbol.asyncDispose]()
    await using again = await obtain()
    expect(again.cached).toBe(true)
    expect(apt.calls(UPDATE)).toHaveLength(1)
    expect(readFileSync(join(cache, 'apt/apt.conf'), 'utf8')).toContain(`Dir::State "${cache}/apt/state"`)
  })

  test.each([
    ['cut', (deb: Buffer) => deb.subarray(0, 700)],
    ['without its archive', () => Buffer.alloc(10_240)],
    ['with another archive', (deb: Buffer) => Buffer.from(deb.toString('latin1').replace(/7zXZ/, '7zXY'), 'latin1')],
  ])('of a download that is %s later are refused; the next run downloads it again', async (_, damage) => {
    await (await obtain())[Symbol.asyncDispose]()
    const deb = join(cache, exec(cache, 'find', 'downloads', '-name', DEB).trim())
    writeFileSync(deb, damage(readFileSync(deb)))
    await rm(join(cache, 'trees'), { recursive: true })
    await expect(obtain()).rejects.toMatchObject({
      exitCode: 3,
      hint: 'the download was removed: run the same command again',
    })
    await using tree = await obtain()
    expect(tree.cached).toBe(false)
  })

  test('without apt, the error names the alternatives', async () => {
    for (const name of ['sh', 'bash', 'cat', 'flock'])
      exec(root, 'sh', '-c', `ln -s "$(command -v ${name})" bin/${name}`)
    process.env.PATH = join(root, 'bin')
    await rm(join(root, 'bin/apt-get'))
    await rm(join(root, 'bin/apt-cache'))
    await expect(obtain()).rejects.toMatchObject({ exitCode: 3, hint: expect.stringContaining('--tree 6.1.100') })
  })
})

describe('the version of a debian: tree', () => {
  let lines: readonly string[]
  beforeEach(async () => {
    lines = [await apt.package('6.12', NEW, 9), await apt.package('6.12', OLD, 6)]
    apt.serve('lists', 'host', [line, ...lines])
  })

  test('is the newest one that the host serves, else the pinned one', async () => {
    expect(await originOf('debian:6.12')).toBe(`Debian linux-source-6.12 ${NEW}`)
    expect(await originOf(`debian:6.12=${OLD}`)).toBe(`Debian linux-source-6.12 ${OLD}`)
    await using tree = await obtain(`debian:6.12=${OLD}`)
    expect(tree.meta).toMatchObject({ version: '6.1.6', spec: `debian:6.12=${OLD}` })
  })

  test('does not change with the lists that another tree needed', async () => {
    const newer = await apt.package('6.12', '6.12.10-1', 10)
    apt.serve('mirror', 'suites', [line, newer, ...lines, await apt.package('7.3', '7.3.4-1~bpo13+1')])
    expect(await originOf('debian:7.3')).toBe('Debian linux-source-7.3 7.3.4-1~bpo13+1')
    expect(await originOf('debian:6.12')).toBe(`Debian linux-source-6.12 ${NEW}`)
    expect(await originOf('debian:6.12=6.12.10-1')).toBe('Debian linux-source-6.12 6.12.10-1')
    expect(apt.calls(UPDATE)).toHaveLength(1)
  })

  test('is never another than the pinned one: an error lists what is served', async () => {
    await expect(obtain('debian:6.12=6.12.6-1')).rejects.toMatchObject({
      exitCode: 2,
      message: `--tree debian:6.12=6.12.6-1 is not served; the versions of 6.12 that are served are ${NEW}, ${OLD}`,
    })
    expect(apt.calls(DOWNLOAD)).toEqual([])
  })

  test('once downloaded, is there when Debian and the network are not', async () => {
    await originOf(`debian:6.12=${OLD}`)
    apt.serve('lists', 'host', [line, lines[0]!])
    await rm(join(root, 'mirror/suites'))
    expect(await originOf(`debian:6.12=${OLD}`)).toBe(`Debian linux-source-6.12 ${OLD}`)
    expect(await originOf('debian:6.12')).toBe(`Debian linux-source-6.12 ${NEW}`)
    expect(apt.calls(UPDATE)).toEqual([])
  })

  test('that the host serves is not taken from other suites when its download fails', async () => {
    apt.serve('mirror', 'suites', [await apt.package('6.12', '6.12.10-1', 10)])
    await rm(join(root, `pool/linux-source-6.12_${NEW}_all.deb`))
    await rm(join(root, 'mirror/own'))
    await expect(obtain('debian:6.12')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('no network'),
    })
  })

  test('is of the wanted kernel series: an error lists those that are served', async () => {
    apt.serve('mirror', 'suites', [line, await apt.package('7.3', '7.3.4-1~bpo13+1')])
    await expect(obtain('debian:6.13')).rejects.toMatchObject({
      exitCode: 2,
      message: `--tree debian:6.13 is not served; served are 6.1 (6.1.7-1), 6.12 (${NEW}), 7.3 (7.3.4-1~bpo13+1)`,
    })
  })

  test('that no list has, without a network, is an error of the host', async () => {
    await rm(join(root, 'mirror/suites'))
    await expect(obtain('debian:7.3')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('no network'),
    })
    expect(existsSync(join(cache, 'apt/suites/fetched'))).toBe(false)
  })

  test('is checked in the package: one of another version is refused', async () => {
    const script = readFileSync(join(root, 'bin/dpkg-deb'), 'utf8').split('\n').slice(2).join('\n')
    apt.tool('dpkg-deb', script.replace(/^-f.*$/m, `-f) echo ${NEW} ;;`))
    await expect(obtain(`debian:6.12=${OLD}`)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(`has version ${NEW}`),
    })
  })

  test.each([
    [NEW, 'is looked at', 1],
    [OLD, 'of another version is not used', 0],
  ])('pinned to %s: the installed package %s', async (version, _, looks) => {
    const sum = `${'a'.repeat(32)}  usr/src/linux-source-6.12.tar.xz`
    apt.tool('dpkg-query', `case $1 in -W) printf 'installed\\t${NEW}' ;; *) echo "${sum}" ;; esac`)
    const { length } = context.events
    expect(await originOf(`debian:6.12=${version}`)).toBe(`Debian linux-source-6.12 ${version}`)
    const modified = { type: 'note', text: expect.stringContaining('is missing or was modified') }
    const notes = context.events.slice(length).filter(({ type }) => type === 'note')
    expect(notes).toEqual(Array.from({ length: looks }, () => expect.objectContaining(modified)))
  })

  test('is looked up again in lists of the cache that are a day old, and in these without a network', async () => {
    const known = await apt.package('7.3', '7.3.4-1', 4)
    apt.serve('mirror', 'suites', [known])
    expect(await originOf('debian:7.3')).toContain('7.3.4-1')
    apt.serve('mirror', 'suites', [await apt.package('7.3', '7.3.5-1', 5), known])
    expect(await originOf('debian:7.3')).toContain('7.3.4-1')
    const yesterday = new Date(Date.now() - 25 * 3_600_000)
    utimesSync(join(cache, 'apt/suites/fetched'), yesterday, yesterday)
    expect(await originOf('debian:7.3=7.3.4-1')).toContain('7.3.4-1')
    expect(apt.calls(UPDATE)).toHaveLength(1)
    expect(await originOf('debian:7.3')).toContain('7.3.5-1')
    utimesSync(join(cache, 'apt/suites/fetched'), yesterday, yesterday)
    const sources = readFileSync(join(cache, 'apt/suites/sources/debian.sources'), 'utf8')
    await rm(join(root, 'mirror/suites'))
    writeFileSync(join(root, 'targets'), 'Debian bookworm http://mirror.example/debian/\n')
    expect(await originOf('debian:7.3')).toContain('7.3.5-1')
    expect(readFileSync(join(cache, 'apt/suites/sources/debian.sources'), 'utf8')).toBe(sources)
  })
})

describe("the lists of Debian's suites", () => {
  const sources = (): string => readFileSync(join(cache, 'apt/suites/sources/debian.sources'), 'utf8')
  beforeEach(async () => apt.serve('mirror', 'suites', [await apt.package('7.3', '7.3.4-1')]))

  test("come from the host's mirror", async () => {
    writeFileSync(join(root, 'targets'), 'Debian bookworm http://mirror.example/debian/\n')
    await originOf('debian:7.3')
    expect(sources()).toContain('URIs: http://mirror.example/debian\n')
    expect(sources()).toContain('URIs: http://deb.debian.org/debian-security\n')
    expect(readFileSync(join(cache, 'apt/suites/apt.conf'), 'utf8')).toContain('Dir::Etc::SourceList "/dev/null"')
  })

  test('come without a suite that no mirror has', async () => {
    const update = `grep -q bookworm-backports ${cache}/apt/suites/sources/debian.sources && {
  echo "E: The repository 'http://deb.debian.org/debian bookworm-backports Release' does not have a Release file." >&2; exit 100; }`
    const script = readFileSync(join(root, 'bin/apt-get'), 'utf8').split('\n').slice(2).join('\n')
    apt.tool('apt-get', script.replace('*update) ', `*update) ${update}\n`))
    expect(await originOf('debian:7.3')).toContain('7.3.4-1')
    expect(sources()).toContain('trixie-backports')
    expect(context.events).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('bookworm-backports') }),
    )
  })
})

describe('with a store', () => {
  const spec = parseTreeSpec('debian:6.1') as Extract<TreeSpec, { kind: 'debian' }>
  let events: Event[]
  const storeAt = async (name = 'store'): Promise<Store> => {
    events = []
    const { signal } = new AbortController()
    return (await openStore(storePlace('--store', join(root, name)), { emit: (event) => events.push(event), signal }))!
  }
  /** The tree, by a machine that has this cache. */
  const originFrom = async (store: Store, name: string): Promise<string> => {
    await using tree = await obtainDebian(spec, { cache: join(root, name), context, store })
    return tree.meta.origin
  }
  const sha256 = () => line.split(' ')[2]!

  test('a fresh machine takes the package from there, and not from the mirror', async () => {
    const origin = await originFrom(await storeAt(), 'first')
    apt.serve('mirror', 'host', [])
    writeFileSync(join(root, 'pool', DEB), 'the mirror has something else now')
    expect(await originFrom(await storeAt(), 'second')).toBe(origin)
    expect(apt.calls(DOWNLOAD)).toHaveLength(1)
    expect(events).toEqual([])
  })

  test('the lists name the tree before it is there', async () => {
    const options = { cache: join(root, 'new'), context }
    const named = await identifyDebian(spec, options)
    expect([named, apt.calls(DOWNLOAD).length]).toEqual([`deb ${sha256()}`, 0])
    await using tree = await obtainDebian(spec, options)
    expect(tree.identity).toBe(named)
  })

  test('a machine that had it before gives it', async () => {
    await originFrom(await storeAt('other'), 'first')
    await originFrom(await storeAt(), 'first')
    expect(existsSync(join(root, 'store/blobs', sha256()))).toBe(true)
  })

  test('a damaged package there is not used, and is replaced', async () => {
    const origin = await originFrom(await storeAt(), 'first')
    writeFileSync(join(root, 'store/blobs', sha256()), 'x')
    expect(await originFrom(await storeAt(), 'second')).toBe(origin)
    expect(apt.calls(DOWNLOAD)).toHaveLength(2)
    expect(events).toHaveLength(1)
    expect(await originFrom(await storeAt(), 'third')).toBe(origin)
    expect(apt.calls(DOWNLOAD)).toHaveLength(2)
  })

  test('another package under its key is not taken for it', async () => {
    const store = await storeAt()
    writeFileSync(join(root, 'wrong'), 'another kernel')
    await store.put('tree', sha256(), join(root, 'wrong'))
    const origin = await originFrom(await storeAt(), 'first')
    expect(origin).toContain('6.1.7-1')
    expect(apt.calls(DOWNLOAD)).toHaveLength(1)
    expect(events).toMatchObject([{ type: 'note', text: expect.stringContaining('it names a file of sha256') }])
  })

  test('without lists nothing is taken: no other version is passed off as the newest', async () => {
    await originFrom(await storeAt(), 'first')
    for (const lists of ['host', 'own', 'suites'] as const) apt.serve('lists', lists, [])
    for (const lists of ['own', 'suites'] as const) apt.serve('mirror', lists, [])
    await expect(originFrom(await storeAt(), 'second')).rejects.toMatchObject({ exitCode: 2 })
  })
})
