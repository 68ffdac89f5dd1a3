// SPDX-License-Identifier: MIT
import { lstat, readdir, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Entry, obtain } from '../../lib/cache/store.ts'
import { contentKey, hashFile, sha256Of } from '../../lib/files/hash.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { diskFull, isDiskFull } from '../tree/disk.ts'
import { originalOf, requireOriginal } from '../tree/intact.ts'
import type { TreeEntry } from '../tree/model.ts'
import { applyPatch } from './apply.ts'
import { touchedBy } from './diff.ts'
import { leavesTree } from './diffpath.ts'
import type { Patch } from './model.ts'
import type { Applicability } from './schema.ts'

/** A leg's source: a tree with patches applied. */
export interface SourceMeta {
  readonly key: string
  readonly treeKey: string
  readonly version: string
  /** sha256 of every file that differs from the tree; null for a removed file. */
  readonly patchedFiles: Readonly<Record<string, string | null>>
  readonly patches: readonly {
    readonly file: string
    readonly subject: string
    readonly sha256: string
    readonly reverse: boolean
  }[]
}

export interface SourceOptions {
  readonly cache: string
  readonly context: Context
  /** What series.yaml says about the series on this tree, to explain a failure. */
  readonly state?: Applicability | undefined
}

/** Hard links share the tree's blocks; where links are impossible, files are copied. */
const linkTree = async (from: string, to: string, signal: AbortSignal): Promise<void> => {
  const run = sh({ signal })
  const linked = await run`cp -al ${from}/. ${to}`
  if (linked.exitCode === 0) return
  if (signal.aborted) throw new InterruptedError()
  for (const name of await readdir(to)) await rm(join(to, name), { recursive: true, force: true })
  const copied = await run`cp -a --reflink=auto ${from}/. ${to}`
  if (signal.aborted) throw new InterruptedError()
  if (copied.exitCode === 0) return
  if (isDiskFull(copied.stderr)) throw await diskFull(to, 'a copy of the sources')
  throw new HostError(`copying ${from}: ${copied.stderr.trim().split('\n')[0]}`, 'check the cache folder')
}

/** The sha256 of a file, or of where a link points; null for anything else. Nothing is read through a link. */
export const hashIfThere = async (path: string): Promise<string | null> => {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isSymbolicLink()) return sha256Of(`link:${await readlink(path)}`)
  return found?.isFile() ? await hashFile(path) : null
}

// The diff shows most links, but one that was in the tree can be changed or moved without its mode.
const checkLinks = async (dir: string, { file, text }: Patch): Promise<void> => {
  for (const path of touchedBy(text)) {
    const target = await readlink(join(dir, path)).catch(() => undefined)
    if (target === undefined || !leavesTree(path, target)) continue
    throw new UsageError(
      `${file}: makes ${path} a link out of the tree, to ${target}`,
      'link only to files of the kernel',
    )
  }
}

/** What really differs: a series and its reverse cancel out. */
const patchedFiles = async (dir: string, tree: string, patches: readonly Patch[]) => {
  const paths = [...new Set(patches.flatMap(({ text }) => touchedBy(text)))].sort()
  const found: [string, string | null][] = []
  for (const path of paths) {
    const now = await hashIfThere(join(dir, path))
    if (now !== (await hashIfThere(join(tree, path)))) found.push([path, now])
  }
  // Unlike an assignment, this takes any name, `__proto__` too.
  return Object.fromEntries(found)
}

/** The key of a tree with these patches applied. */
export const sourceKey = (treeKey: string, patches: readonly Pick<Patch, 'sha256' | 'reverse'>[]): string =>
  contentKey('source', treeKey, ...patches.map(({ sha256, reverse }) => `${reverse ? '-' : '+'}${sha256}`))

/** `tree` with `patches` applied: a read-only folder of the cache. Throws a UsageError for a patch that does not apply. */
export const obtainSource = async (
  tree: TreeEntry,
  patches: readonly Patch[],
  { cache, context, state }: SourceOptions,
): Promise<Entry<SourceMeta>> => {
  const { key: treeKey, version } = tree.meta
  const applied = patches.map(({ file, subject, sha256, reverse }) => ({
    file: basename(file),
    subject,
    sha256,
    reverse,
  }))
  const key = sourceKey(treeKey, applied)
  const report = (kind: 'start' | 'done' | 'cached', detail: string): void =>
    context.emit({ type: 'step', scope: context.scope, step: 'patch', state: kind, detail })
  const make = async (dir: string): Promise<SourceMeta> => {
    report('start', `${patches.length} patches`)
    // Else a damaged file would be the patched one's base, and be taken for what the patch makes of it.
    const touched = new Set(patches.flatMap(({ text }) => touchedBy(text)))
    await requireOriginal(cache, originalOf(tree), tree.dir, context.signal, (listing) =>
      [...listing.keys()].filter((path) => touched.has(path)),
    )
    await linkTree(tree.dir, dir, context.signal)
    for (const patch of patches) {
      if (context.signal.aborted) throw new InterruptedError()
      await applyPatch(dir, patch, { version, state })
      await checkLinks(dir, patch)
    }
    return { key, treeKey, version, patchedFiles: await patchedFiles(dir, tree.dir, patches), patches: applied }
  }
  const entry = await obtain(join(cache, 'sources'), key, make, { signal: context.signal })
  report(entry.cached ? 'cached' : 'done', `${patches.length} patches on ${version}`)
  return entry
}
