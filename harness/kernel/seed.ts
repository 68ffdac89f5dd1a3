// SPDX-License-Identifier: MIT
import { mkdirSync } from 'node:fs'
import {
  copyFile,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkoutFiles } from '../inputs/tree/files.ts'
import { everyFileBelow, everyFolderBelow } from '../lib/files/below.ts'
import { exists } from '../lib/files/exists.ts'
import { listFolder } from '../lib/files/listfolder.ts'
import { type Listing, listingKey } from '../lib/files/listing.ts'
import { onDisk, shownPath } from '../lib/files/look.ts'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import { allTargets, cmdFile, dependentsOf, type Sources } from './dependents.ts'
import { objectDir, sourceDir } from './layout.ts'
import { BUILD_DIR } from './make.ts'
import { listObjects, readObjectList } from './objectlist.ts'

// Far below what a command line may hold.
const AT_ONCE = 1_000

const areThere = async (dir: string, files: Listing): Promise<boolean> =>
  (await Promise.all(files.map(({ path }) => exists(join(dir, shownPath(path)))))).every(Boolean)

/** Makes the folders of a folder in another: kbuild finds `empty/../file` only where there is `empty`. */
const copyFolders = (from: string, to: string): void => {
  for (const folder of everyFolderBelow(from)) mkdirSync(onDisk(to, folder), { recursive: true })
}

/** Copies these files of a folder; returns whether all were there. */
const copyFiles = async (from: string, to: string, files: Listing, signal: AbortSignal): Promise<boolean> => {
  copyFolders(from, to)
  const copy = ['cp', '-a', '--parents', '--reflink=auto', '-t', to, '--']
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const paths = files.slice(at, at + AT_ONCE).map(({ path }) => shownPath(path))
    const { ended, tail } = await runProcess([...copy, ...paths], { cwd: from, signal })
    if (ended.by === 'abort') throw new InterruptedError()
    if (succeeded(ended)) continue
    if (!(await areThere(from, files))) return false
    throw new HostError(`cp ${describeEnd(ended)}: ${tail.at(-1) ?? from}`, 'free space, or run: npx zsharness clean')
  }
  return true
}

// kbuild refuses to build out of tree from a source that was configured in tree.
const IN_TREE_LEFTOVERS = ['.config', 'include/config', 'include/generated', BUILD_DIR]

/** Whether a build in the tree left this file. */
export const isLeftOver = (path: string): boolean =>
  IN_TREE_LEFTOVERS.some((left) => path === left || path.startsWith(`${left}/`))

/** The files of a source that a kernel is built from: not what a build in the tree left, and the tree then tracked. */
export const builtFrom = (source: Listing): Listing => source.filter(({ path }) => !isLeftOver(path))

/** Makes these files in the folder `to`, as hard links to the cache, with a build folder below it. */
export const layOut = async (cache: string, files: Listing, to: string, signal: AbortSignal): Promise<void> => {
  await checkoutFiles(cache, files, to, signal)
  await mkdir(join(to, BUILD_DIR), { recursive: true })
}

// The file is a hard link that other builds share, so only a copy may get a new time.
const renew = async (path: string): Promise<void> => {
  const copy = `${path}.zsharness`
  if ((await lstat(path)).isSymbolicLink()) await symlink(await readlink(path, 'buffer'), copy)
  else await copyFile(path, copy)
  const now = new Date()
  await lutimes(copy, now, now)
  await rename(copy, path)
}

/**
 * kbuild's host tools below `tools/` record absolute paths. Unchanged, they would make it rebuild objtool, and then
 * every object, because all depend on objtool.
 */
const relocate = async (dir: string, from: string, to: string): Promise<void> => {
  const { stdout } = await sh`grep -rlF ${from} ${dir} --include=.*.cmd`
  for (const file of stdout.split('\n').filter((line) => line !== '')) {
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(from, to))
  }
}

// modpost makes them of all objects, and prints what is wrong with any.
const OF_MODPOST = ['Module.symvers', 'vmlinux.symvers', 'modules-only.symvers']
const isPlainObject = (target: string): boolean => target.endsWith('.o') && !/^(?:vmlinux|\.)/.test(target)

/** Targets that must be made again for their messages to be printed again. */
const printers = (printed: readonly string[]): readonly string[] => {
  const inside = printed.filter((target) => !/^(?:\.\.)?\//.test(target))
  return inside.every(isPlainObject) ? inside : [...inside, ...OF_MODPOST]
}

const ignoreMissing = (error: NodeJS.ErrnoException): void => {
  // EISDIR: a word that a recipe announced is a folder. ENOTDIR: what was a folder is a file now.
  if (!['ENOENT', 'EISDIR', 'ENOTDIR'].includes(error.code ?? '')) throw error
}

// The names come from the output of a tree's own Makefiles, which may have left a link to anywhere.
const isBelow = async (path: string, dir: string): Promise<boolean> => {
  const [parent, top] = await Promise.all([dirname(path), dir].map((one) => realpath(one).catch(() => '')))
  return top !== '' && (parent === top || parent!.startsWith(`${top}/`))
}

/** Removes a target and its record from a build folder, so that make makes it again. */
export const removeTarget = async (dir: string, target: string): Promise<void> => {
  for (const path of [target, cmdFile(target)].map((name) => join(dir, name)))
    if (await isBelow(path, dir)) await unlink(path).catch(ignoreMissing)
}

/**
 * Sources that a build generated in the folder of a Makefile that differs, and of which no record tells how: kbuild makes
 * them with `cmd` and not with `if_changed`. When only the recipe changed, make would keep them.
 */
const unrecorded = async (dir: string, differing: readonly string[]): Promise<readonly string[]> => {
  const folders = differing.filter((path) => /\/(?:Makefile|Kbuild)[^/]*$/.test(path)).map((path) => dirname(path))
  const found = [...new Set(folders)].map(async (folder) => {
    const names = new Set(await readdir(join(dir, folder)).catch(() => []))
    const generated = [...names].filter((name) => /\.[chS]$/.test(name) && !names.has(cmdFile(name)))
    return generated.map((name) => join(folder, name))
  })
  return (await Promise.all(found)).flat()
}

const splitSources = async (from: string, to: string, paths: readonly string[]): Promise<Sources> => {
  const inBoth = await Promise.all(
    paths.map(async (path) => (await exists(join(from, path))) && (await exists(join(to, path)))),
  )
  return { changed: paths.filter((_, index) => inBoth[index]), moved: paths.filter((_, index) => !inBoth[index]) }
}

/**
 * Sources that ask whether a header is there: no record names one that was not. A header that comes or goes changes what
 * they are compiled to.
 */
const askers = async (src: string, moved: readonly string[]): Promise<readonly string[]> => {
  if (!moved.some((path) => path.endsWith('.h'))) return []
  const { stdout } = await sh({ cwd: src })`grep -rlF __has_include --include=*.[chS] --exclude-dir=${BUILD_DIR} .`
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice('./'.length))
}

const MARGIN_MS = 2_000

/**
 * A clock that stepped back leaves objects from the future: a header that this build generates would be older than
 * they are, and make would not compile them again. They become a little older than everything that this build makes.
 */
const ageFuture = async (dir: string): Promise<void> => {
  const mark = join(dir, '.zsharness-now')
  await rm(mark, { force: true, recursive: true })
  await writeFile(mark, '', { flag: 'wx' })
  const time = new Date(Date.now() - MARGIN_MS)
  await utimes(mark, time, time)
  const { exitCode, stderr } = await sh`find ${dir} -type f -newer ${mark} -exec touch -r ${mark} {} +`
  await rm(mark)
  if (exitCode !== 0) throw new HostError(`find: ${stderr.trim()}`, 'check the cache folder')
}

/** sha256 over everything below a folder. */
export const hashFolder = async (dir: string, signal: AbortSignal): Promise<string> =>
  listingKey(await listFolder(dir, everyFileBelow(dir), { signal }))

export interface Donation {
  /** The donor's entry. */
  readonly dir: string
  /** The path of the donor's source during its build. */
  readonly builtAt: string
  /** sha256 over its objects, as it made them. */
  readonly hash: string
  /** Targets that printed something during the donor's build. */
  readonly printed?: readonly string[]
}

/** What a build took over. */
export interface Seeded {
  /** The sources that differ from those of its donor. */
  readonly sources: Sources
  /** Targets that were removed, so that they exist again only if this build made them. */
  readonly removed: ReadonlySet<string>
  /** Targets that were left in place. */
  readonly kept: ReadonlySet<string>
}

/**
 * Copies another build's objects to the build folder of `src`, without what is linked of all of them. False, with an empty
 * folder, when they are not what that build made: the copy is what is checked, so nothing can change in between.
 */
export const copyObjects = async (donor: Donation, src: string, signal: AbortSignal): Promise<boolean> => {
  const dir = join(src, BUILD_DIR)
  await mkdir(dir, { recursive: true })
  const objects = await readObjectList(donor.dir, donor.hash)
  const complete = objects !== undefined && (await copyFiles(objectDir(donor.dir), dir, objects, signal))
  if (complete && listingKey(await listObjects(dir, signal)) === donor.hash) return true
  await rm(dir, { recursive: true, force: true })
  // Whoever lays out the source makes it as well.
  await mkdir(dir, { recursive: true })
  return false
}

/**
 * Makes copied objects those of `src`. What depends on a `differing` source, and what printed a message, is removed: times
 * alone would leave it to the clock whether make compiles it again. A donor that was evicted meanwhile makes each of them
 * count as moved, which removes more.
 */
export const takeOver = async (donor: Donation, src: string, differing: readonly string[]): Promise<Seeded> => {
  const dir = join(src, BUILD_DIR)
  await relocate(join(dir, 'tools'), donor.builtAt, src)
  await ageFuture(dir)
  const split = await splitSources(sourceDir(donor.dir), src, differing)
  const sources = { ...split, changed: [...split.changed, ...(await askers(src, split.moved))] }
  const unknown = await unrecorded(dir, differing)
  const removed = new Set([...(await dependentsOf(dir, sources)), ...printers(donor.printed ?? []), ...unknown])
  for (const target of removed) await removeTarget(dir, target)
  // kconfig reads every Kconfig file again.
  if (differing.some((path) => /(?:^|\/)Kconfig/.test(path)))
    await rm(join(dir, 'include/config/auto.conf.cmd'), { force: true })
  for (const path of differing) await renew(join(src, path)).catch(ignoreMissing)
  return { sources, removed, kept: await allTargets(dir) }
}
