// SPDX-License-Identifier: MIT
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { exec, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import { parseTreeSpec } from './spec.ts'
import { obtainTree } from './tree.ts'

let root: string
let cache: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-tar-'))
  cache = join(root, 'cache')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const pack = (name: string, ...flags: string[]): string => {
  if (!existsSync(join(root, 'linux-6.1.7'))) {
    writeFakeTree(join(root, 'linux-6.1.7'), { 'mm/big.c': 'int x;\n'.repeat(50_000), 'tools/run.sh': '#!/bin/sh\n' })
    exec(root, 'chmod', '755', 'linux-6.1.7/tools/run.sh')
    exec(root, 'ln', '-s', '../mm/big.c', 'linux-6.1.7/tools/link')
  }
  exec(root, 'tar', ...flags, '-cf', name, 'linux-6.1.7')
  return join(root, name)
}
const obtain = async (file: string, signal?: AbortSignal) =>
  unfolded(cache, await obtainTree(parseTreeSpec(`tar:${file}`), { cache, context: recordingContext(signal) }))
const trees = (): string[] => (existsSync(join(cache, 'trees')) ? readdirSync(join(cache, 'trees')) : [])
const completeTrees = (): string[] => trees().filter((name) => !name.startsWith('.') && !name.endsWith('.lock'))

describe('tar: trees', () => {
  test.each([
    ['a.tar.xz', '-J'],
    ['a.tar.gz', '-z'],
    ['a.tar', '-v'],
  ])('%s is extracted whole, without its top folder', async (name, flag) => {
    await using tree = await obtain(pack(name, flag))
    expect(tree.meta).toMatchObject({ version: '6.1.7', spec: `tar:${join(root, name)}` })
    expect(tree.meta.origin).toMatch(new RegExp(`^${name}, sha256 [0-9a-f]{64}$`))
    expect(exec(root, 'diff', '-r', 'linux-6.1.7', tree.dir)).toBe('')
    expect(statSync(join(tree.dir, 'tools/run.sh')).mode & 0o777).toBe(0o755)
    expect(tree.cached).toBe(false)
    await using again = await obtain(join(root, name))
    expect(again.cached).toBe(true)
  })

  test('progress is reported from start to end', async () => {
    const context = recordingContext()
    await using _tree = await obtainTree(parseTreeSpec(`tar:${pack('a.tar.xz', '-J')}`), { cache, context })
    const fractions = context.events.flatMap((event) => (event.type === 'progress' ? [event.fraction] : []))
    expect(fractions.at(-1)).toBe(1)
    expect(context.events.flatMap((event) => (event.type === 'step' ? [event.state] : []))).toEqual(['start', 'done'])
  })

  test.each([
    ['a.tar.xz', '-J'],
    ['a.tar.gz', '-z'],
    ['a.tar', '-v'],
  ])('%s cut anywhere is refused and leaves no tree', async (name, flag) => {
    const file = pack(name, flag)
    const { size } = statSync(file)
    // The end of a plain archive is padding; its first byte missing is no loss.
    const ends = flag === '-v' ? [512, 1536, Math.floor(size / 2)] : [1, 100, Math.floor(size / 2), size - 1]
    for (const end of ends.reverse()) {
      truncateSync(file, end)
      const error = await obtain(file).catch((caught: unknown) => caught)
      expect(error, `cut at ${end}`).toBeInstanceOf(UsageError)
      expect((error as UsageError).message).toContain(`--tree tar:${file}: `)
      expect((error as UsageError).hint).toContain('download the archive again')
    }
    expect(completeTrees()).toEqual([])
  })

  test('the error says what xz found wrong', async () => {
    const file = pack('a.tar.xz', '-J')
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length / 2)]! ^= 0xff
    writeFileSync(file, bytes)
    await expect(obtain(file)).rejects.toThrow(/Compressed data is corrupt/)
  })

  test('no kernel, no archive, no file, a folder: each error says what to do', async () => {
    mkdirSync(join(root, 'docs'))
    writeFileSync(join(root, 'docs/README'), 'x')
    exec(root, 'tar', '-cf', 'docs.tar', 'docs')
    await expect(obtain(join(root, 'docs.tar'))).rejects.toThrow('it is not a kernel source: it has no Makefile')
    await expect(obtain(join(root, 'docs/README'))).rejects.toThrow('it is not a tar archive')
    await expect(obtain(join(root, 'none.tar'))).rejects.toThrow('does not exist')
    await expect(obtain(join(root, 'docs'))).rejects.toMatchObject({ hint: expect.stringContaining('dir:') })
    expect(completeTrees()).toEqual([])
  })

  test('an archive cannot write outside', async () => {
    writeFakeTree(join(root, 'k'))
    exec(root, 'tar', '-cPf', 'evil.tar', '--transform', 's,^k/Kconfig$,../../../evil,', 'k')
    const error = await obtain(join(root, 'evil.tar')).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(UsageError)
    expect(existsSync(join(root, 'evil'))).toBe(false)
    expect(existsSync(join(cache, 'evil'))).toBe(false)
  })

  test('an interrupted extraction leaves no tree', async () => {
    const error = await obtain(pack('a.tar.xz', '-J'), AbortSignal.timeout(1)).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ exitCode: 130 })
    expect(completeTrees()).toEqual([])
  })

  test('two at once share one extraction', async () => {
    const file = pack('a.tar.xz', '-J')
    const both = await Promise.all([obtain(file), obtain(file)])
    expect(new Set(both.map(({ meta }) => meta.key)).size).toBe(1)
    expect(both.filter(({ cached }) => !cached)).toHaveLength(1)
    for (const tree of both) await tree[Symbol.asyncDispose]()
  })
})

const LOADER = new URL('../../testing/ts-loader.mjs', import.meta.url).pathname
const PROGRAM = new URL('../../testing/obtain-tree.ts', import.meta.url).pathname
const obtainArgs = (spec: string): string[] => ['--import', LOADER, PROGRAM, spec, cache]

test('a killed extraction leaves nothing that is mistaken for a tree, and the next one makes it', async () => {
  const file = pack('a.tar.xz', '-J')
  const child = spawn(process.execPath, obtainArgs(`tar:${file}`), { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  expect(completeTrees()).toEqual([])
  expect(trees().some((name) => name.startsWith('.staging-'))).toBe(true)
  await using tree = await obtain(file)
  expect(exec(root, 'diff', '-r', 'linux-6.1.7', tree.dir)).toBe('')
  expect(trees().some((name) => name.startsWith('.staging-'))).toBe(false)
})

test('a full disk is a host error that names the free space', ({ skip }) => {
  // A small file system in namespaces of our own; not every kernel grants them.
  const { status: granted, stderr: why } = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'])
  skip(granted !== 0, `no namespaces: ${why}`)
  const file = pack('a.tar.xz', '-J')
  mkdirSync(cache)
  const script = 'mount -t tmpfs -o size=128k none "$0" && exec "$@"'
  const { status, stderr } = spawnSync(
    'unshare',
    ['-rm', 'sh', '-c', script, cache, process.execPath, ...obtainArgs(`tar:${file}`)],
    { encoding: 'utf8' },
  )
  expect(stderr).toMatch(/HostError: no space left for the sources of .* \(\d+ MiB free there now\)/)
  expect(stderr).toContain('ZSHARNESS_CACHE')
  expect(status).toBe(3)
})
