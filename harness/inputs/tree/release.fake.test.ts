// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCleartextMessage, generateKey, sign } from 'openpgp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hashFile } from '../../lib/files/hash.ts'
import { openStore } from '../../store/open.ts'
import { storePlace } from '../../store/place.ts'
import { exec, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { type FileServer, serveFiles } from '../../testing/file-server.ts'
import { unfolded } from '../../testing/stored.ts'
import { parseTreeSpec } from './spec.ts'
import { identifyTree, identityOf, obtainTree } from './tree.ts'

const XZ = '/v6.x/linux-6.1.7.tar.xz'
const SUMS = '/v6.x/sha256sums.asc'

let made: string
// Compressed once: each test gets a copy.
beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'zsharness-releases-'))
  mkdirSync(join(made, 'mirror/v6.x'), { recursive: true })
  mkdirSync(join(made, 'mirror/testing'))
  // Bytes that do not compress, so that there is something to break off.
  writeFakeTree(join(made, 'linux-6.1.7'), { 'mm/noise': Array.from({ length: 40_000 }, Math.random).join('') })
  exec(made, 'tar', '-cJf', join(made, 'mirror', XZ), 'linux-6.1.7')
  exec(made, 'tar', '-czf', join(made, 'mirror/testing/linux-6.2-rc4.tar.gz'), 'linux-6.1.7')
})
afterAll(() => rm(made, { recursive: true, force: true }))

let root: string
let mirror: string
let cache: string
let server: FileServer
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-release-'))
  mirror = join(root, 'mirror')
  cache = join(root, 'cache')
  await cp(made, root, { recursive: true })
  await publish()
  server = await serveFiles(mirror)
  server.beforeBreak = async () => {
    // Until every byte of the answer lies in the partial file.
    for (let last = -1; last !== partialBytes() || last <= 0; await sleep(50)) last = partialBytes()
  }
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

const partialBytes = (): number => {
  const dir = join(cache, 'downloads/partial')
  return existsSync(dir) ? readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0) : 0
}
const publish = async (): Promise<void> =>
  writeFileSync(join(mirror, SUMS), `${await hashFile(join(mirror, XZ))}  linux-6.1.7.tar.xz\n`)
const obtain = async (spec: string, env: Record<string, string> = {}, context = recordingContext()) => {
  const options = { cache, context, env: { ZSHARNESS_KERNEL_MIRROR: server.url, ...env } }
  return unfolded(cache, await obtainTree(parseTreeSpec(spec), options))
}
const downloads = (): string[] =>
  readdirSync(join(cache, 'downloads')).filter(
    (name) => name !== 'partial' && !name.startsWith('.') && !name.endsWith('.lock'),
  )
const asked = (path: string): string[] => server.requests.filter((request) => request.startsWith(path))

describe('a release', () => {
  test('is downloaded once, checked and extracted', async () => {
    {
      await using tree = await obtain('6.1.7')
      expect(exec(root, 'diff', '-r', 'linux-6.1.7', tree.dir)).toBe('')
      expect(tree.meta.version).toBe('6.1.7')
      expect(tree.meta.origin).toContain(`${server.url}${XZ}, sha256 `)
      expect(tree.meta.origin).toContain('sha256 checked, no OpenPGP keyring given')
    }
    await using again = await obtain('v6.1.7')
    expect(again.cached).toBe(true)
    expect(server.requests).toEqual([SUMS, XZ])
  })

  test('of another sha256 is refused and not kept', async () => {
    writeFileSync(join(mirror, SUMS), `${'a'.repeat(64)}  linux-6.1.7.tar.xz\n`)
    await expect(obtain('6.1.7')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/says a{64}$/),
    })
    expect(downloads()).toEqual([])
    expect(readdirSync(join(cache, 'downloads/partial'))).toEqual([])
    await publish()
    await using tree = await obtain('6.1.7')
    expect(tree.cached).toBe(false)
  })

  test('resumes where the connection broke', async () => {
    server.breakAfter.push(100_000, 50_000)
    await using _tree = await obtain('6.1.7')
    const ranges = asked(XZ).map((request) => Number(/bytes=(\d+)-/.exec(request)?.[1] ?? 0))
    expect(ranges).toHaveLength(3)
    expect(ranges[0]).toBe(0)
    expect(ranges[1]).toBeGreaterThan(0)
    expect(ranges[2]).toBeGreaterThan(ranges[1]!)
  })

  test('that breaks off for good is an error; the next run resumes it', async () => {
    server.breakAfter.push(100_000, 20_000, 20_000)
    await expect(obtain('6.1.7')).rejects.toMatchObject({ exitCode: 3, hint: expect.stringContaining('tar:PATH') })
    expect(downloads()).toEqual([])
    await using tree = await obtain('6.1.7')
    expect(tree.cached).toBe(false)
    expect(asked(XZ).at(-1)).toContain('bytes=')
  })

  test('that changed meanwhile starts from the beginning', async () => {
    server.breakAfter.push(100_000, 20_000, 20_000)
    await expect(obtain('6.1.7')).rejects.toThrow('download failed')
    writeFakeTree(join(root, 'linux-6.1.7'), {}, 7)
    exec(root, 'tar', '-cJf', join(mirror, XZ), 'linux-6.1.7/Makefile', 'linux-6.1.7/Kconfig', 'linux-6.1.7/mm')
    await publish()
    await using tree = await obtain('6.1.7')
    expect(tree.meta.version).toBe('6.1.7')
  })

  test('that does not exist is a usage error, an interrupted one leaves nothing', async () => {
    await expect(obtain('6.1.8')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('has no checksum of linux-6.1.8'),
    })
    await expect(obtain('5.4.1')).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('does not exist (HTTP 404)'),
    })
    const context = recordingContext(AbortSignal.abort())
    await expect(obtain('6.1.7', {}, context)).rejects.toMatchObject({ exitCode: 130 })
    expect(downloads()).toEqual([])
  })

  test('of an unreachable server is an error that names the alternative', async () => {
    await expect(obtain('6.1.7', { ZSHARNESS_KERNEL_MIRROR: 'http://127.0.0.1:9' })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('download failed'),
    })
  })

  test('a cached archive that was damaged later makes no tree', async () => {
    await (await obtain('6.1.7'))[Symbol.asyncDispose]()
    const archive = join(cache, 'downloads', downloads().find((name) => !name.endsWith('.json'))!, 'linux-6.1.7.tar.xz')
    truncateSync(archive, 3_000)
    await rm(join(cache, 'trees'), { recursive: true })
    await expect(obtain('6.1.7')).rejects.toMatchObject({
      exitCode: 3,
      hint: 'the download was removed: run the same command again',
    })
    expect(downloads().filter((name) => name.endsWith('.json'))).toEqual([])
    await using tree = await obtain('6.1.7')
    expect(tree.cached).toBe(false)
  })
})

test('an archive that was damaged on the mirror, with its sum, is not kept: a repaired mirror is enough', async () => {
  const good = readFileSync(join(mirror, XZ))
  for (const damaged of [good.subarray(0, 3_000), Buffer.from('no archive\n'.repeat(100))]) {
    writeFileSync(join(mirror, XZ), damaged)
    await publish()
    await expect(obtain('6.1.7')).rejects.toMatchObject({
      exitCode: 3,
      hint: 'the download was removed: run the same command again',
    })
  }
  writeFileSync(join(mirror, XZ), good)
  await publish()
  await using tree = await obtain('6.1.7')
  expect(exec(root, 'diff', '-r', 'linux-6.1.7', tree.dir)).toBe('')
})

test('nor is an archive that is no kernel source', async () => {
  const good = readFileSync(join(mirror, XZ))
  exec(root, 'tar', '-cJf', join(mirror, XZ), 'linux-6.1.7/mm')
  await publish()
  await expect(obtain('6.1.7')).rejects.toMatchObject({ message: expect.stringContaining('not a kernel source') })
  writeFileSync(join(mirror, XZ), good)
  await publish()
  await using tree = await obtain('6.1.7')
  expect(tree.cached).toBe(false)
})

test('a release candidate is reported to have no checksum', async () => {
  const context = recordingContext()
  await using tree = await obtain('v6.2-rc4', {}, context)
  expect(tree.meta.origin).toContain('no checksums are published')
  expect(context.events.filter((event) => event.type === 'note' && event.level === 'warning')).toHaveLength(1)
})

test('with a keyring, only what its key signed is accepted', async () => {
  const { privateKey } = await generateKey({ userIDs: [{ email: 'sums@example.org' }], format: 'object' })
  writeFileSync(join(root, 'keys.gpg'), privateKey.toPublic().write())
  const env = { ZSHARNESS_KERNEL_KEYRING: join(root, 'keys.gpg') }
  await expect(obtain('6.1.7', env)).rejects.toThrow('the OpenPGP signature does not verify')
  const plain = readFileSync(join(mirror, SUMS), 'utf8')
  const message = await createCleartextMessage({ text: plain })
  const whole = await sign({ message, signingKeys: privateKey })
  writeFileSync(join(mirror, SUMS), `${whole}${'b'.repeat(64)}  linux-6.1.9.tar.xz\n`)
  await expect(obtain('6.1.9', env)).rejects.toThrow(/has no checksum of linux-6.1.9|does not verify/)
  writeFileSync(join(mirror, SUMS), whole.replace(plain.slice(0, 4), '0000'))
  await expect(obtain('6.1.7', env)).rejects.toThrow('the OpenPGP signature does not verify')
  writeFileSync(join(mirror, SUMS), whole)
  await using tree = await obtain('6.1.7', env)
  expect(tree.meta.origin).toContain('OpenPGP signature and sha256 checked')
  expect(existsSync(join(cache, 'trees'))).toBe(true)
})

describe('with a store', () => {
  const originOf = async (spec: string, name: string): Promise<string> => {
    const context = recordingContext()
    const store = await openStore(storePlace('--store', join(root, 'store')), context)
    const env = { ZSHARNESS_KERNEL_MIRROR: server.url }
    await using tree = await obtainTree(parseTreeSpec(spec), { cache: join(root, name), context, store, env })
    return tree.meta.origin
  }

  test('a fresh machine asks the mirror for the sums alone', async () => {
    const origin = await originOf('6.1.7', 'first')
    expect(await originOf('6.1.7', 'second')).toBe(origin)
    expect(server.requests).toEqual([SUMS, XZ, SUMS])
  })

  test('the sums name the tree before it is there; without any only its files do', async () => {
    const options = { cache, context: recordingContext(), env: { ZSHARNESS_KERNEL_MIRROR: server.url } }
    const named = await identifyTree(parseTreeSpec('6.1.7'), options)
    expect(server.requests).toEqual([SUMS])
    await using tree = await obtainTree(parseTreeSpec('6.1.7'), options)
    expect([named, identityOf(tree)]).toEqual([tree.identity, tree.identity])
    expect(await identifyTree(parseTreeSpec('6.2-rc4'), options)).toBeUndefined()
    await using candidate = await obtainTree(parseTreeSpec('6.2-rc4'), options)
    expect(identityOf(candidate)).toBe(`files ${candidate.meta.listing}`)
  })

  test('what has no published checksum is neither given nor taken', async () => {
    await originOf('6.2-rc4', 'first')
    await originOf('6.2-rc4', 'second')
    expect(existsSync(join(root, 'store'))).toBe(false)
    expect(asked('/testing/')).toHaveLength(2)
  })
})
