// SPDX-License-Identifier: MIT
import { readdir, readFile, rename, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashFile } from '../../../lib/files/hash.ts'
import type { Fault, Hit } from '../fault.ts'
import type { Random } from '../random.ts'
import type { Stock, World } from '../site.ts'
import { numbered } from './signals.ts'

/** The files below a folder of the cache whose path matches, sorted. */
const filesOf = async (dir: string, pattern: RegExp): Promise<readonly string[]> =>
  (await readdir(dir, { recursive: true }).catch(() => []))
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(dir, name))

/** Flips one bit of a file, and keeps its time: as a disk would. Hard links to it keep the old bytes. */
const flip = async (file: string, random: Random): Promise<string> => {
  const bytes = await readFile(file)
  const { atime, mtime, mode } = await stat(file)
  const [at, bit] = [random.between(0, bytes.length), random.between(0, 8)]
  bytes[at]! ^= 1 << bit
  await writeFile(`${file}.flipped`, bytes, { mode })
  await utimes(`${file}.flipped`, atime, mtime)
  await rename(`${file}.flipped`, file)
  return `bit ${bit} of byte ${at} of ${bytes.length}`
}

const cut = async (file: string, random: Random): Promise<string> => {
  const { size } = await stat(file)
  const left = random.between(0, size)
  await truncate(file, left)
  return `${left} of ${size} bytes left`
}

interface Target {
  readonly name: string
  readonly stock: Stock
  readonly kind: string
  readonly file: RegExp
  readonly count: number
}

const TARGETS: readonly Target[] = [
  { name: 'the image', stock: 'built', kind: 'builds', file: /boot\/bzImage$/, count: 4 },
  { name: 'vmlinux', stock: 'built', kind: 'builds', file: /o\/vmlinux$/, count: 1 },
  { name: 'the initramfs', stock: 'built', kind: 'guests', file: /initramfs\.cpio$/, count: 3 },
  { name: "a donor's object", stock: 'donor', kind: 'builds', file: /(zswap|page_io|main)\.o$/, count: 4 },
  { name: "a donor's .cmd file", stock: 'donor', kind: 'builds', file: /\.o\.cmd$/, count: 1 },
  { name: "a donor's .config", stock: 'donor', kind: 'builds', file: /o\/\.config$/, count: 1 },
  { name: 'a source', stock: 'sources', kind: 'blobs', file: /^[0-9a-f]{2}\/[0-9a-f]{62}x?$/, count: 6 },
]
const METADATA: readonly string[] = ['builds', 'guests', 'sources', 'trees']

const OWN_FAULT = ['0 fixed', '3 invalid', '3 none', '3 interrupted', '3 error']
const WHY = 'a damaged disk is the host: it is noticed, or it changes nothing'

const damage =
  ({ kind, file }: Pick<Target, 'kind' | 'file'>, random: Random, how: typeof flip) =>
  async ({ cache, dir }: World): Promise<Hit> => {
    const files = await filesOf(join(cache, kind), file)
    if (files.length === 0) return { hit: false }
    // A panic of the guest shows that QEMU got another initramfs than the one that was made.
    const sums = await Promise.all((await filesOf(join(cache, 'guests'), /initramfs\.cpio$/)).map(hashFile))
    if (kind === 'guests') await writeFile(join(dir, 'good-initramfs'), sums.join('\n'))
    const one = random.pick(files)
    return { hit: true, note: `${one.slice(cache.length + 1)}: ${await how(one, random)}` }
  }

const flips = (seed: string): readonly Fault[] =>
  TARGETS.flatMap((target) =>
    numbered(seed, target.count, `a bit of ${target.name}`, (random) => ({
      category: 'bits flipped in the cache',
      stock: target.stock,
      blame: 'host',
      right: OWN_FAULT,
      why: WHY,
      prepare: damage(target, random, flip),
    })),
  )

const metadata = (seed: string): readonly Fault[] =>
  METADATA.flatMap((kind) => [
    ...numbered(seed, 2, `a bit of the metadata of ${kind}`, (random) => ({
      category: 'bits flipped in metadata',
      stock: random.pick(['built', 'donor'] as const),
      blame: 'host',
      right: OWN_FAULT,
      why: WHY,
      prepare: damage({ kind, file: /^[^/]+\.json$/ }, random, flip),
    })),
    ...numbered(seed, 1, `the metadata of ${kind} cut`, (random) => ({
      category: 'bits flipped in metadata',
      stock: 'built',
      blame: 'host',
      right: OWN_FAULT,
      why: WHY,
      prepare: damage({ kind, file: /^[^/]+\.json$/ }, random, cut),
    })),
  ])

const DAY_S = 86_400

interface Shift {
  readonly name: string
  readonly stock: Stock
  readonly kind: string
  readonly file: RegExp
  readonly days: number
}

const SHIFTS: readonly Shift[] = [
  { name: "a donor's objects in the future", stock: 'donor', kind: 'builds', file: /\.o$/, days: 1 },
  { name: "all of a donor's files in the future", stock: 'donor', kind: 'builds', file: /^[^/]+\/src\/o\//, days: 1 },
  { name: "a donor's objects in the past", stock: 'donor', kind: 'builds', file: /\.o$/, days: -400 },
  { name: "a donor's image in the future", stock: 'donor', kind: 'builds', file: /(vmlinux|bzImage)$/, days: 1 },
  { name: 'sources in the future', stock: 'sources', kind: 'blobs', file: /^..\/./, days: 1 },
  { name: 'sources in the past', stock: 'sources', kind: 'blobs', file: /^..\/./, days: -400 },
  { name: 'metadata in the future', stock: 'built', kind: 'builds', file: /^[^/]+\.json$/, days: 1 },
  { name: 'metadata of 1970', stock: 'built', kind: 'builds', file: /^[^/]+\.json$/, days: -20_000 },
]

const shift =
  ({ kind, file, days }: Shift, seconds: number) =>
  async ({ cache }: World): Promise<Hit> => {
    const files = await filesOf(join(cache, kind), file)
    for (const one of files) {
      const at = Math.max(1, Date.now() / 1000 + days * DAY_S + seconds)
      await utimes(one, at, at)
    }
    return { hit: files.length > 0, note: `${files.length} files` }
  }

const clocks = (seed: string): readonly Fault[] =>
  SHIFTS.flatMap((one) =>
    numbered(seed, one.stock === 'donor' ? 2 : 1, one.name, (random) => ({
      category: 'clock steps',
      stock: one.stock,
      blame: 'host',
      right: ['0 fixed'],
      why: 'the kernel is made from the patched text, whatever the clock says',
      prepare: shift(one, random.between(0, 3_600)),
    })),
  )

/** Flipped bits in what the cache holds, and times that a clock step leaves. */
export const bits = (seed: string): readonly Fault[] => [...flips(seed), ...metadata(seed), ...clocks(seed)]
