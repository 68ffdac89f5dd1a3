// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Shell } from 'zx/core'
import { storeFiles } from '../../lib/cache/blobput.ts'
import type { Blobs } from '../../lib/cache/blobs.ts'
import { putListing } from '../../lib/cache/listings.ts'
import { indexesRoot } from '../../lib/cache/sweep.ts'
import { exists } from '../../lib/files/exists.ts'
import { contentKey } from '../../lib/files/hash.ts'
import { listFolder } from '../../lib/files/listfolder.ts'
import { type Listing, listingKey } from '../../lib/files/listing.ts'
import { type BytePath, ChangedError, type SeenFile, shownPath } from '../../lib/files/look.ts'
import { openIndex } from '../../lib/files/statindex.ts'
import { inPhase } from '../../lib/phase.ts'
import { runProcess, succeeded } from '../../lib/process/run.ts'
import { InterruptedError, UsageError } from '../../model/errors.ts'
import { filesBelow, filesListed } from './dirfiles.ts'
import { gitEnv, repoGit } from './gitenv.ts'
import { checkKernel } from './kernel.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { progressReporter } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { type Fault, obtainListed, versionOf } from './store.ts'

/** Which files of a folder are its content. */
interface Content {
  readonly files: readonly BytePath[]
  readonly origin: () => Promise<string>
}

// The repository's configuration must not run a program, write to the repository or hide a change.
const READ_ONLY = [
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.trustctime', 'true'],
  ['core.checkStat', 'default'],
  ['diff.autoRefreshIndex', 'false'],
].flatMap(([key, value]) => ['-c', `${key}=${value}`])

/** `git 0123456789ab`, and what makes the files differ from that commit. */
const originOf = async (git: Shell): Promise<string> => {
  const head = await git`git describe --always --abbrev=12`
  const same = (await git`git ${READ_ONLY} status --porcelain -- .`).stdout.trim() === ''
  // Lower-case letters are files that are assumed to be unchanged, S those of no sparse checkout.
  const hidden = (await git`git ${READ_ONLY} ls-files -v | grep -c '^[a-zS]'`).stdout.trim()
  const unchecked = hidden === '0' ? '' : `, ${hidden} files of which git was told not to look at`
  return `git ${head.stdout.trim()}${same ? '' : ' with local changes'}${unchecked}`
}

/** Tracked files, and new ones that are not ignored; undefined when git refuses. As bytes: names may be any. */
const listedFiles = async (dir: string, signal: AbortSignal): Promise<readonly BytePath[] | undefined> => {
  const chunks: Uint8Array[] = []
  const argv = ['git', ...READ_ONLY, 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const onStdout = (chunk: Uint8Array): void => void chunks.push(chunk)
  const { ended } = await runProcess(argv, { cwd: dir, env: gitEnv(), signal, onStdout })
  if (!succeeded(ended)) return undefined
  const paths = Buffer.concat(chunks).toString('latin1').split('\0')
  return paths.filter((path) => path !== '').map((path) => path.replace(/\/$/, ''))
}

/**
 * A git work tree: tracked files with their changes, and new files that are not ignored, so no build products. Git only
 * lists them: by its index, its filters or its configuration it may hold a changed file for unchanged.
 */
const gitContent = async (dir: string, signal: AbortSignal): Promise<Content | undefined> => {
  const git = repoGit(dir, signal)
  const tree = await git`git ${READ_ONLY} rev-parse --verify --quiet HEAD:./`
  if (tree.exitCode !== 0) return undefined
  const listed = await listedFiles(dir, signal)
  if (listed === undefined) return undefined
  return { files: filesListed(dir, listed), origin: () => originOf(git) }
}

const BUILT = ['.config', 'include/config', 'include/generated/autoconf.h']

const refuseBuilt = async (dir: string, text: string): Promise<void> => {
  for (const name of BUILT) {
    if (await exists(join(dir, name)))
      throw new UsageError(
        `--tree ${text}: a kernel was built in it (it has ${name}), so kbuild cannot build it in another folder`,
        'save its .config and run `make mrproper` in it, or give a git work tree: its build products are left out',
      )
  }
}

const contentOf = async (dir: string, text: string, signal: AbortSignal): Promise<Content> => {
  const git = await gitContent(dir, signal)
  if (signal.aborted) throw new InterruptedError()
  if (git) return git
  await refuseBuilt(dir, text)
  return { files: filesBelow(dir), origin: async () => 'a plain folder' }
}

const NS = 1_000_000n
// The times of files are those of the kernel's last tick.
const TICK_MS = 10n

/** Whether a file changed after `startedAt`: others may have changed before, and were read by then. One of the future did not. */
const isLater = ({ changedNs }: SeenFile, startedAt: number): boolean =>
  changedNs / NS + TICK_MS > startedAt && changedNs / NS <= Date.now()

/**
 * The files of a folder with their hashes. Only those are read whose stat shows that they may have changed since the last
 * look. Throws a ChangedError when one changed after `startedAt`: with files read before, it may be a tree that never was.
 */
const look = async (
  dir: string,
  files: readonly BytePath[],
  startedAt: number,
  { cache, context }: TreeOptions,
): Promise<Listing> => {
  const index = openIndex(join(indexesRoot(cache), contentKey('index', dir)), dir)
  let later: BytePath | undefined
  const learn = (seen: SeenFile): void => {
    index.learn(seen)
    if (isLater(seen, startedAt)) later ??= seen.path
  }
  const listing = await listFolder(dir, files, { signal: context.signal, index: { ...index, learn } })
  await index.save()
  if (later === undefined) return listing
  throw new ChangedError(
    `${dir}/${shownPath(later)} changed while the folder was read`,
    'run again while nothing changes it',
  )
}

type DirSpec = Extract<TreeSpec, { kind: 'dir' }>

const obtainOnce = async (spec: DirSpec, dir: string, fault: Fault, options: TreeOptions): Promise<TreeEntry> => {
  const { signal } = options.context
  const startedAt = Date.now()
  const content = await inPhase(options.context, 'list', () => contentOf(dir, spec.text, signal))
  const listing = await inPhase(options.context, 'look', () => look(dir, content.files, startedAt, options))
  const make = async (_staging: string, blobs: Blobs) => {
    progressReporter(options.context, `reading ${dir}`)(null)
    await inPhase(options.context, 'store', () => storeFiles(blobs, dir, listing, signal))
    const version = await versionOf(blobs, listing, fault)
    return { version, origin: `${dir}, ${await content.origin()}`, listing: putListing(blobs, listing) }
  }
  return obtainListed(spec.text, contentKey('dir', listingKey(listing)), make, options)
}

const TRIES = 3
const SETTLE_MS = 2 * Number(TICK_MS)

/** The tree of `dir:PATH`, keyed by its content. The folder itself is only read, and again when it changes meanwhile. */
export const obtainDir = async (spec: DirSpec, options: TreeOptions): Promise<TreeEntry> => {
  const dir = resolve(spec.path)
  const fault = (message: string): UsageError =>
    new UsageError(
      `--tree ${spec.text}: ${message}`,
      'give the top folder of an unpacked kernel: Makefile, Kconfig, mm/',
    )
  const found = await stat(dir).catch(() => undefined)
  if (!found) throw fault('does not exist')
  if (!found.isDirectory()) throw fault(`is not a folder — did you mean tar:${spec.path}?`)
  const kernel = await checkKernel(dir)
  if ('missing' in kernel) throw fault(`it is not a kernel source: ${kernel.missing}`)
  for (let nth = 1; ; nth++) {
    try {
      return await obtainOnce(spec, dir, fault, options)
    } catch (error) {
      if (!(error instanceof ChangedError) || nth === TRIES) throw error
    }
    // Otherwise the edit that was just seen counts as one that came after the start of the next try.
    await sleep(SETTLE_MS)
  }
}
