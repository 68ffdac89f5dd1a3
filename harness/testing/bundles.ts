// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import type { Made } from '../bundle/made.ts'
import { jsonOf, type Manifest } from '../bundle/model.ts'
import { BEFORE, FILE, notesFile, sourceFile } from '../bundle/names.ts'
import type { Bundle } from '../bundle/open.ts'
import { packBundle } from '../bundle/pack.ts'
import type { BundleFile } from '../bundle/tar.ts'
import { keyOf } from '../kernel/kernel.ts'
import type { LegName } from '../model/results.ts'

const TOUCHED = 'mm/zsmalloc.c'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

const sourceOf = (leg: LegName): string => `int ${leg};\n`

const patch = {
  ...{ file: '0001-zsmalloc-fix.patch', subject: 'zsmalloc: fix', sha256: hash('a patch'), text: 'a patch' },
  ...{ firstLine: 1, reverse: false },
}

const series = {
  ...{ name: 'toy', title: 'zsmalloc: fix', touches: [TOUCHED], requires: [], applicability: [] },
  signature: [{ families: ['oops'], stack: ['zs_map_object'], note: 'a crash' }],
  ...{ knownFindings: [], hold: [], settings: {}, patches: [patch], legs: { before: [], after: [patch] } },
  ...{ state: 'applies', by: 'version', basesInTree: false, maintainers: {} },
}

const buildOf = (leg: LegName) => {
  const identity = { arch: 'x86_64', listing: hash(leg), toolchain: 'gcc 12', options: ['CONFIG_ZSWAP=y'] } as const
  return {
    meta: {
      ...identity,
      ...{ format: '7', key: keyOf(identity), version: '6.1.192', compiled: 1, diagnostics: [], sandbox: 'none' },
      ...{ makeArgv: ['make'], durationMs: 1, image: 'bzImage', imageHash: hash(`image of ${leg}`) },
      ...{ interface: 'interface', objectsHash: 'objects', builtAt: '/build/src' },
    },
    ...{ prefix: '', llvm: false },
    inputs: {
      treeKey: 'tree',
      patches: leg === 'after' ? [patch.sha256] : [],
      reading: { state: 'applies', by: 'version', basesInTree: false },
      ...{ toolchain: 'gcc 12', options: 'options' },
    },
    objects: { [TOUCHED]: 100 },
    sources: { [TOUCHED]: hash(sourceOf(leg)) },
    baseline: leg === 'after' ? { [TOUCHED]: hash(sourceOf('before')) } : null,
    added: {},
  }
}

const boot = {
  request: {
    ...{ seed: '1', durationS: null, amplify: true, canary: null, patchFiles: [], extraPatchFiles: [] },
  },
  ...{ lanes: ['race'], holds: [], programs: [] },
  machine: { memoryMiB: 512, cpus: 2, disksMiB: [512] },
  parameters: ['console=ttyS0'],
}

const text = (path: string, content: string): BundleFile => ({ path, data: Buffer.from(content) })
const json = (path: string, value: unknown): BundleFile => text(path, jsonOf(value))

/** Where the cell of a made bundle is. */
export const aPlace = (leg: LegName): Manifest['cell'] => ({
  ...{ tree: 'debian:6.1', series: 'toy', arch: 'x86_64', leg, config: 'zpool-on', profile: 'kasan' },
})

/** What the bundle of a leg was made from, but for hashes that a test fills in. */
export const aMade = (leg: LegName, part: Partial<Made> = {}): Made => ({
  ...{ format: 1, harness: 'code', tree: 'deb 1', series: 'series', extraPatches: 'none' },
  ...{ arch: 'x86_64', config: 'zpool-on', profile: 'kasan', leg, legs: ['before', 'after'] },
  toolchain: { version: 'gcc 12', prefix: '', llvm: false },
  ...{ settings: 'settings', programs: 'none' },
  ...part,
})

/** Parts of a made bundle that a test changes. */
export interface Parts {
  readonly cell: Manifest['cell']
  readonly series: typeof series
  readonly build: ReturnType<typeof buildOf>
  readonly boot: typeof boot
}

/** The parts of the bundle of a leg. */
export const partsOf = (leg: LegName): Parts => ({ cell: aPlace(leg), series, build: buildOf(leg), boot })

/** The files of a small bundle that is right, and boots nothing. */
export const bundleFiles = ({ cell: { leg }, ...parts }: Parts): readonly BundleFile[] => [
  json(FILE.series, parts.series),
  json(FILE.build, parts.build),
  json(FILE.boot, parts.boot),
  text('bzImage', `image of ${leg}`),
  text(FILE.initramfs, 'initramfs'),
  text(FILE.config, 'CONFIG_ZSWAP=y\n'),
  text(FILE.map, '0000000000000000 T zs_free\n'),
  text(FILE.vmlinux, 'symbols'),
  text(FILE.log, 'log'),
  text(sourceFile(TOUCHED), sourceOf(leg)),
  text(notesFile(TOUCHED), 'notes'),
  ...(leg === 'after' ? [text(`${BEFORE}/${sourceFile(TOUCHED)}`, sourceOf('before'))] : []),
]

/** Packs these parts. */
export const packParts = (parts: Parts, files = bundleFiles(parts)) =>
  packBundle({ part: 'whole', cell: parts.cell, kernel: parts.build.meta.key }, files)

/** A bundle of these parts as one that was opened. */
export const openedOf = (parts: Parts, file = `${parts.cell.leg}.tar.zst`): Bundle =>
  ({
    ...{ file, sha256: hash(file), dir: '/nowhere' },
    manifest: {
      ...{ schemaVersion: 1, part: 'whole', cell: parts.cell, kernel: parts.build.meta.key },
      files: Object.fromEntries(
        bundleFiles(parts).map(({ path, data }) => [
          path,
          { sha256: createHash('sha256').update(data).digest('hex'), bytes: data.length, executable: false },
        ]),
      ),
    },
    ...{ series: parts.series, build: parts.build, boot: parts.boot },
  }) as unknown as Bundle
