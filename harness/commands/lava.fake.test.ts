// SPDX-License-Identifier: MIT
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { sha256Of } from '../lib/files/hash.ts'
import { planPairs } from '../run/plan/pairs.ts'
import { aPlace, packParts, partsOf } from '../testing/bundles.ts'
import { emitLava, type LavaFlags, refuseLavaFlags } from './shared/lava.ts'

let root: string
let printed: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-lava-'))
  printed = ''
  const keep = (text: unknown): boolean => {
    printed += text
    return true
  }
  vi.spyOn(process.stdout, 'write').mockImplementation(keep)
  vi.spyOn(process.stderr, 'write').mockImplementation(keep)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(root, { recursive: true, force: true })
})

const { leg: _, ...at } = aPlace('before')
const pairs = planPairs([{ ...at, legs: ['before', 'after'] }], 2)

const bundleOf = async (leg: 'before' | 'after', name: string = leg): Promise<string> => {
  const parts = partsOf(leg)
  const boot = { ...parts.boot, parameters: ['console=ttyS0', 'zsharness_seed=1'] }
  const small = { ...boot, machine: { ...boot.machine, disksMiB: [1] } }
  const file = join(root, `${name}.tar.zst`)
  await writeFile(file, (await packParts({ ...parts, boot: small })).bytes)
  return file
}
const emit = (flags: LavaFlags) => emitLava(pairs, { output: join(root, 'jobs'), ...flags }, '7')
const jobs = () => printed.split('\n').filter((line) => line.endsWith('.yaml'))

test('each cell that has a bundle gets a job, with its own seed and files that are there', async () => {
  await emit({ bundle: [await bundleOf('before')] })
  expect(jobs()).toHaveLength(2)
  expect(printed).toContain('2 cells of the plan have no bundle')
  const read = await Promise.all(jobs().map(async (path) => parse(await readFile(path, 'utf8'))))
  expect(read.map(({ metadata }) => metadata.seed)).toEqual(['7', '8'])
  for (const { actions } of read) {
    const { kernel, initramfs, swap } = actions[0].deploy.images
    for (const { url, sha256sum } of [kernel, initramfs, swap])
      expect(sha256Of(await readFile(fileURLToPath(url)))).toBe(sha256sum)
    expect(`${await readFile(fileURLToPath(kernel.url))}`).toBe('image of before')
    expect(gunzipSync(await readFile(fileURLToPath(swap.url)))).toEqual(Buffer.alloc(1 << 20))
  }
})

test('the workers may find the files under another URL', async () => {
  await emit({ bundle: [await bundleOf('after')], filesUrl: 'http://files/zs/' })
  const { actions } = parse(await readFile(jobs()[0]!, 'utf8'))
  expect(actions[0].deploy.images.swap.url).toBe('http://files/zs/disk-1.img.gz')
})

test.each<[string, LavaFlags, string]>([
  ['no bundle', {}, 'needs --bundle FILE'],
  ['no folder', { bundle: ['x'], output: undefined as never }, 'needs --output DIR'],
  ['a path for a URL', { bundle: ['x'], filesUrl: '/srv' }, 'not a URL'],
  ['a board that boots somehow', { bundle: ['x'], deviceType: 'rk3399' }, 'must know how it boots'],
])('%s is a usage error', async (_name, flags, message) => {
  await expect(emit(flags)).rejects.toThrow(message)
})

test('two bundles of one cell, and bundles of no cell, are refused', async () => {
  const bundle = [await bundleOf('before'), await bundleOf('before', 'again')]
  await expect(emit({ bundle })).rejects.toThrow('are of the same cell')
  const others = planPairs([{ ...at, config: 'zpool-off', legs: ['before', 'after'] }], 1)
  await expect(emitLava(others, { bundle: bundle.slice(1), output: root }, '1')).rejects.toThrow(
    'no cell of the plan has a bundle',
  )
})

test('a flag of LAVA without --emit lava is refused', () => {
  expect(() => refuseLavaFlags({ deviceType: 'qemu' })).toThrow('--device-type needs --emit lava')
  expect(() => refuseLavaFlags({})).not.toThrow()
})
