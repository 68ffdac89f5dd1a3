// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultIn } from '../../bundle/fault.ts'
import { unpackBundle } from '../../bundle/unpack.ts'
import { packageRoot } from '../../lib/paths.ts'
import { cli, latestRun } from '../cli.ts'
import { isFull } from '../often.ts'
import { readSplats } from '../splats.ts'

const PAIR = 'x86_64-zpool-on-kasan'
const LEGS = ['before', 'after'] as const
const SIGNATURE = /in (?:zs_map_object|zs_unmap_object|obj_to_location)\b|null-ptr-deref/

const pathOf = async (name: string): Promise<string> => (await execa('sh', ['-c', `command -v ${name}`])).stdout.trim()

let root: string
/** A PATH without tree, git, compiler, make and binutils. */
let bare: string
const fileOf = (leg: string): string => join(root, `${leg}.tar.zst`)

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-bundle-'))
  bare = join(root, 'bin')
  await mkdir(bare)
  await symlink(process.execPath, join(bare, 'node'))
  await symlink(await pathOf('qemu-system-x86_64'), join(bare, 'qemu-system-x86_64'))
  const results = join(root, 'built')
  const made = await cli([
    'run',
    '--arch',
    'x86_64',
    '--config',
    'zpool-on',
    '--explore',
    'off',
    '--runs',
    '1',
    '--results',
    results,
  ])
  // One boot of each leg may be too few for a proof.
  expect([0, 4], made.stderr).toContain(made.exitCode)
  for (const leg of LEGS) {
    const bundled = await cli(['bundle', join(results, 'latest', `${PAIR}-${leg}`), '-o', fileOf(leg)])
    expect(bundled.exitCode, bundled.stderr).toBe(0)
  }
}, 3_600_000)
afterAll(() => rm(root, { recursive: true, force: true }))

/** As on another host: an empty cache, another home, and nothing in PATH but node and QEMU. */
const elsewhere = (args: readonly string[], path = bare) =>
  execa(process.execPath, [join(packageRoot, 'dist', 'cli.js'), ...args], {
    cwd: root,
    env: { PATH: path, HOME: join(root, 'home'), ZSHARNESS_CACHE: join(root, 'cache'), TMPDIR: root },
    ...{ extendEnv: false, reject: false, stdin: 'ignore' },
  })

test('what travels is small', async () => {
  for (const leg of LEGS) {
    expect((await stat(fileOf(leg))).size).toBeLessThan(15e6)
    const small = join(root, 'boot.tar.zst')
    const made = await cli(['bundle', join(root, 'built', 'latest', `${PAIR}-${leg}`), '--strip', '-o', small])
    expect(made.exitCode, made.stderr).toBe(0)
    expect((await stat(small)).size).toBeLessThan(4e6)
  }
})

test.runIf(isFull)('the same cell makes the same bytes', async () => {
  const again = join(root, 'again.tar.zst')
  await cli(['bundle', join(root, 'built', 'latest', `${PAIR}-after`), '-o', again])
  expect((await readFile(again)).equals(await readFile(fileOf('after')))).toBe(true)
})

test('without tree, git, compiler, make and binutils, the pair is fixed, with source lines', async () => {
  const results = join(root, 'results')
  const files = LEGS.map(fileOf)
  const { exitCode, stderr, stdout } = await elsewhere(['run', '--bundle', ...files, '--results', results])
  expect(exitCode, `${stderr}${stdout}`).toBe(0)
  const run = await latestRun(results)
  expect(run.pairs).toMatchObject([{ verdict: 'fixed' }])
  const [before] = run.cells.filter(({ leg }) => leg === 'before')
  expect(before?.bundle?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(run.versions['qemu-system-x86_64']).toContain('QEMU')
  const dir = join(results, 'latest', 'cells', before!.id, 'splats')
  const splats = await Promise.all(
    (await readdir(dir)).filter((name) => name.endsWith('.json')).map((name) => readFile(join(dir, name), 'utf8')),
  )
  expect(splats.join('\n')).toMatch(/"location": "mm\/zsmalloc\.c:\d+"/)
  expect(splats.join('\n')).not.toContain(root)
  // Nothing was fetched, built or unpacked there.
  expect(await readdir(join(root, 'cache')).catch(() => [])).not.toContain('builds')
}, 3_600_000)

test.runIf(isFull)(
  'with gcov, the lines of the patch are counted',
  async () => {
    const results = join(root, 'counted')
    const { exitCode, stderr } = await elsewhere(
      ['run', '--bundle', fileOf('after'), '--runs', '1', '--results', results],
      process.env.PATH,
    )
    expect(exitCode, stderr).toBe(0)
    const { cells } = await latestRun(results)
    expect(cells[0]?.evidence.patchLines?.executed).toBeGreaterThan(0)
  },
  3_600_000,
)

test('replay FILE boots it once with the same seed', async () => {
  const results = join(root, 'replayed')
  const { exitCode } = await elsewhere(['replay', fileOf('before'), '--results', results])
  expect(exitCode).toBe(1)
  const [then] = (await latestRun(join(root, 'built'))).cells.filter(({ leg }) => leg === 'before')
  const { cells } = await latestRun(results)
  expect(cells).toHaveLength(1)
  expect(cells[0]?.request?.seed).toBe(then?.request?.seed)
  expect(cells[0]?.kernel.key).toBe(then?.kernel.key)
}, 3_600_000)

test('boot.sh shows the same splat with plain QEMU', async () => {
  const dir = join(root, 'plain')
  await mkdir(dir)
  await unpackBundle(fileOf('before'), dir, faultIn('before'))
  const readme = await readFile(join(dir, 'README.txt'), 'utf8')
  for (const name of ['cell/console.log', 'cell/splats/', 'patches/']) expect(readme).toContain(name)
  expect(await readFile(join(dir, 'cell', 'splats', '1.txt'), 'utf8')).toMatch(
    /zs_map_object|zs_unmap_object|obj_to_location/,
  )
  const { stdout } = await execa(join(dir, 'boot.sh'), { cwd: root, reject: false, timeout: 600_000, stdin: 'ignore' })
  expect(
    readSplats(stdout)
      .map(({ title }) => title)
      .join('\n'),
  ).toMatch(SIGNATURE)
}, 3_600_000)
