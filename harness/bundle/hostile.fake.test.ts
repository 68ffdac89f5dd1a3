// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Header } from 'tar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { zstd } from '../lib/compress/zstdwrite.ts'
import { UsageError } from '../model/errors.ts'
import { bundleFiles, packParts, partsOf } from '../testing/bundles.ts'
import { faultIn } from './fault.ts'
import { jsonOf } from './model.ts'
import { FILE } from './names.ts'
import { openBundle } from './open.ts'
import { manifestOf } from './pack.ts'
import { type BundleFile, writeTar } from './tar.ts'
import { unpackBundle } from './unpack.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-hostile-bundle-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const parts = partsOf('after')
const files = bundleFiles(parts)
const about = { part: 'whole', cell: parts.cell, kernel: parts.build.meta.key } as const

let places = 0
/** Opens bytes as a bundle, in a folder of its own whose surroundings can be looked at. */
const open = async (bytes: Uint8Array) => {
  places += 1
  const place = join(root, `${places}`)
  const dir = join(place, 'deep', 'in')
  await mkdir(dir, { recursive: true })
  const file = join(place, 'bundle.tar.zst')
  await writeFile(file, bytes)
  const outside = async () => [...(await readdir(place)), ...(await readdir(join(place, 'deep')))].sort()
  return {
    file,
    dir,
    outside,
    result: openBundle(file, dir).then(
      (bundle) => ({ bundle, error: undefined }),
      (error: unknown) => ({ bundle: undefined, error }),
    ),
  }
}

const refused = async (bytes: Uint8Array, message: RegExp | string): Promise<void> => {
  const { result, outside, file } = await open(bytes)
  const { error } = await result
  expect(error).toBeInstanceOf(UsageError)
  expect((error as Error).message).toContain(file)
  expect((error as Error).message).toMatch(message)
  expect(await outside()).toEqual(['bundle.tar.zst', 'deep', 'in'])
}

const manifest = (all: readonly BundleFile[]): BundleFile => ({
  path: FILE.manifest,
  data: Buffer.from(jsonOf(manifestOf(about, all))),
})

const block = (fields: object): Buffer => {
  const bytes = Buffer.alloc(512)
  new Header({ mode: 0o644, uid: 0, gid: 0, size: 0, mtime: new Date(0), type: 'File', ...fields } as never).encode(
    bytes,
  )
  return bytes
}

/** A bundle with one more entry before all others, as its tar has it. */
const withEntry = (head: Buffer, data = Buffer.alloc(0)): Promise<Uint8Array> =>
  zstd(
    Buffer.concat([head, data, Buffer.alloc((512 - (data.length % 512)) % 512), writeTar([...files, manifest(files)])]),
  )

test('a right bundle opens, and is the same each time it is made', async () => {
  const made = await packParts(parts)
  expect(Buffer.from((await packParts(parts, [...files].reverse())).bytes).equals(Buffer.from(made.bytes))).toBe(true)
  const { bundle, error } = await (await open(made.bytes)).result
  expect(error).toBeUndefined()
  expect(bundle).toMatchObject({ sha256: made.sha256, manifest: { cell: parts.cell }, series: { name: 'toy' } })
})

test('a flipped byte anywhere is found', async () => {
  const { bytes } = await packParts(parts)
  for (let at = 0; at < bytes.length; at += 97) {
    const flipped = Buffer.from(bytes)
    flipped[at]! ^= 1 << (at % 8)
    await refused(flipped, /./)
  }
})

test('a flipped byte of a file below a right compression is found', async () => {
  const other = files.map((one) => (one.path === 'bzImage' ? { ...one, data: Buffer.from('another kernel') } : one))
  await refused(await zstd(writeTar([...other, manifest(files)])), 'bzImage is not what its manifest says')
})

test('a cut file is found, wherever it was cut', async () => {
  const { bytes } = await packParts(parts)
  for (const part of [0, 3, 11, bytes.length >> 1, bytes.length - 5, bytes.length - 1])
    await refused(bytes.subarray(0, part), /truncated|damaged|no zstd archive/)
})

test.each([
  ['../outside', { path: '../outside' }],
  ['an absolute path', { path: '/tmp/outside' }],
  ['a folder that is left later', { path: 'modules/../../outside' }],
  ['a symbolic link', { path: 'a', type: 'SymbolicLink', linkpath: '/etc' }],
  ['a hard link', { path: 'a', type: 'Link', linkpath: '../../x' }],
  ['a folder', { path: 'a', type: 'Directory' }],
  ['a device', { path: 'a', type: 'CharacterDevice' }],
  ['a pipe', { path: 'a', type: 'FIFO' }],
  ['a control character', { path: 'a\nb' }],
  ['a name that hides', { path: '.bashrc' }],
])('%s is refused before it is written', async (_, fields) => {
  await refused(await withEntry(block(fields)), /may leave the folder|no plain file/)
})

test('a number that is too large for a header is damage', async () => {
  for (const [at, length] of [
    [100, 8],
    [124, 12],
    [136, 12],
  ] as const) {
    const head = block({ path: 'a' })
    head.fill(0x7f, at, at + length)
    head[at] = 0x80
    await refused(await withEntry(head), 'an entry of its tar cannot be read')
  }
})

test.each([
  ['config', 'x/../../../outside'],
  ['profile', '/../../../outside'],
  ['config', '..'],
  ['profile', ''],
])('a cell whose %s is %j has no folder of its own', async (key, value) => {
  const cell = { ...parts.cell, [key]: value }
  const { bytes } = await packParts({ ...parts, cell })
  await refused(bytes, /manifest.json cannot be read: .*is no name/)
})

test('a file that is there twice is refused', async () => {
  const twice = writeTar(files).subarray(0, -1024)
  await refused(await zstd(Buffer.concat([twice, writeTar(files)])), 'is there twice')
})

test('a bomb is refused before it is unpacked', async () => {
  const bomb = await zstd(Buffer.concat([block({ path: 'a', size: 64 << 20 }), Buffer.alloc((64 << 20) + 1024)]))
  const file = join(root, 'bomb.tar.zst')
  const dir = join(root, 'bomb')
  await mkdir(dir)
  await writeFile(file, bomb)
  expect(bomb.length).toBeLessThan(1 << 20)
  await expect(unpackBundle(file, dir, faultIn(file), { bytes: 1 << 20, files: 10 })).rejects.toThrow('unpacks to more')
  expect(await readdir(dir)).toEqual([])
})

test('many files are refused', async () => {
  const many = Array.from({ length: 1100 }, (_, at) => ({ path: `f${at}`, data: Buffer.alloc(0) }))
  await refused(await zstd(writeTar(many)), 'unpacks to more than 512 MiB or 1000 files')
})

test.each<[string, readonly BundleFile[], RegExp | string]>([
  ['no manifest', files, 'it is no bundle'],
  [
    'a manifest that is no JSON',
    [...files, { path: FILE.manifest, data: Buffer.from('{') }],
    'manifest.json cannot be read',
  ],
  [
    'another version',
    [...files, { path: FILE.manifest, data: Buffer.from('{"schemaVersion": 99}') }],
    'version 99, and this zsharness reads version 1',
  ],
  [
    'a file too few',
    [...files.filter(({ path }) => path !== 'bzImage'), manifest(files)],
    'lists bzImage, which it lacks',
  ],
  ['a file too many', [...files, { path: 'x', data: Buffer.alloc(1) }, manifest(files)], 'does not list x'],
  [
    'a program that was none',
    [...files.map((one) => ({ ...one, executable: one.path === FILE.map })), manifest(files)],
    'has another mode',
  ],
])('%s is refused', async (_, all, message) => refused(await zstd(writeTar(all)), message))

const changed = (file: string, value: unknown): readonly BundleFile[] =>
  files.map((one) => (one.path === file ? { path: file, data: Buffer.from(jsonOf(value)) } : one))

const { build, series, boot } = parts
const asked = (part: object) => ({ ...boot, request: { ...boot.request, ...part } })
const machine = (part: object) => ({ ...boot, machine: { ...boot.machine, ...part } })

test.each<[string, readonly BundleFile[], RegExp | string]>([
  [
    'a kernel of another hash',
    changed(FILE.build, { ...build, meta: { ...build.meta, imageHash: 'f'.repeat(64) } }),
    'not the one that was built',
  ],
  [
    'a key of other sources',
    changed(FILE.build, { ...build, meta: { ...build.meta, listing: 'other' } }),
    'the key of its kernel',
  ],
  [
    'another architecture',
    changed(FILE.build, { ...build, meta: { ...build.meta, arch: 'arm64' } }),
    'its kernel is of arm64',
  ],
  [
    'a kernel elsewhere',
    changed(FILE.build, { ...build, meta: { ...build.meta, image: '../../etc/passwd' } }),
    'it lacks|cannot be read',
  ],
  [
    'a compiler in a folder of its own',
    changed(FILE.build, { ...build, prefix: '/tmp/evil/' }),
    'is no prefix of a compiler',
  ],
  [
    'another compiler',
    changed(FILE.build, { ...build, inputs: { ...build.inputs, toolchain: 'gcc 99' } }),
    'two compilers',
  ],
  ['other patches', changed(FILE.build, { ...build, inputs: { ...build.inputs, patches: [] } }), 'other patches'],
  ['another series', changed(FILE.series, { ...series, name: 'other' }), 'has series other'],
  [
    'the sources of before without a baseline',
    changed(FILE.build, { ...build, baseline: null }),
    'sources of another leg',
  ],
  [
    'a source that was not built',
    changed(FILE.build, { ...build, sources: { 'mm/zsmalloc.c': 'f'.repeat(64) } }),
    'not what its kernel was made from',
  ],
  [
    'a touched file outside',
    changed(FILE.series, { ...series, touches: ['../../etc/passwd'] }),
    'series.json cannot be read',
  ],
  [
    'a measured file outside',
    changed(FILE.build, { ...build, objects: { '/etc/passwd': 1 } }),
    'build.json cannot be read',
  ],
  ['a number of lanes', changed(FILE.boot, { ...parts.boot, lanes: 3 }), 'boot.json cannot be read'],
  ['a seed that is no number', changed(FILE.boot, asked({ seed: 'abc' })), 'boot.json cannot be read'],
  ['a negative time', changed(FILE.boot, asked({ durationS: -3 })), 'boot.json cannot be read'],
  ['half a MiB', changed(FILE.boot, asked({ added: { memoryMiB: 0.5 } })), 'boot.json cannot be read'],
  ['a disk of a planet', changed(FILE.boot, machine({ disksMiB: [2 ** 40] })), 'boot.json cannot be read'],
  ['three disks', changed(FILE.boot, machine({ disksMiB: [1, 1, 1] })), 'boot.json cannot be read'],
  ['an unknown key', changed(FILE.boot, { ...parts.boot, qemu: '-device evil' }), 'boot.json cannot be read'],
])('%s contradicts the rest, under a right manifest', async (_, all, message) =>
  refused(await zstd(writeTar([...all, manifest(all)])), new RegExp(`${message}`)),
)

test('files that are no bundle', async () => {
  await refused(Buffer.from('plain text'), 'no zstd archive')
  await refused(await zstd(Buffer.from('plain text')), /truncated|damaged/)
  await expect(openBundle(join(root, 'gone'), root)).rejects.toThrow('cannot be read (ENOENT)')
  await expect(openBundle(root, root)).rejects.toThrow('it is no file, but a folder')
})

test('what is refused says how to get another', async () => {
  const { result } = await open(Buffer.from('x'))
  expect((await result).error).toMatchObject({ hint: expect.stringContaining('make it again with zsharness bundle') })
  expect(await readFile(join(root, `${places}`, 'bundle.tar.zst'), 'utf8')).toBe('x')
})
