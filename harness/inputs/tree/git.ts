// SPDX-License-Identifier: MIT
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { Blobs } from '../../lib/cache/blobs.ts'
import { putListing } from '../../lib/cache/listings.ts'
import { contentKey } from '../../lib/files/hash.ts'
import { toListing } from '../../lib/files/listing.ts'
import type { BytePath } from '../../lib/files/look.ts'
import { acquireLock, keepLock } from '../../lib/locks/lock.ts'
import { describeEnd, runProcess, succeeded } from '../../lib/process/run.ts'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { explainArchive, unpacker } from './archive.ts'
import { diskFull, isDiskFull } from './disk.ts'
import { fetchEnv, gitEnv, repoGit } from './gitenv.ts'
import { stepTo } from './gitstep.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { progressReporter } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { obtainListed, storeFilled, versionOf } from './store.ts'

type GitSpec = Extract<TreeSpec, { kind: 'git' }>

/** A repository on this host. */
interface Repository {
  readonly dir: string
  /** The full commit id of the requested ref. */
  readonly commit: string
}

const isCommitId = (ref: string): boolean => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(ref)

/** `Receiving objects:  42% (…)` as 0.42. */
export const parseGitProgress = (line: string): { readonly what: string; readonly fraction: number } | undefined => {
  const match = /([A-Z][a-z]+ [a-z]+): +(\d+)% \(/.exec(line)
  return match ? { what: match[1]!.toLowerCase(), fraction: Number(match[2]) / 100 } : undefined
}

const commitOf = async (dir: string, ref: string, signal: AbortSignal): Promise<string | undefined> => {
  const { exitCode, stdout } = await repoGit(dir, signal)`git rev-parse --verify --quiet ${`${ref}^{commit}`}`
  return exitCode === 0 ? stdout.trim() : undefined
}

const pathOfUrl = (url: string): string => {
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw new UsageError(`--tree git:${url}: is no file of this host`, 'write file:///PATH, or the path alone', error)
  }
}

/** The folder of this host that a URL or path names; undefined for what is elsewhere. */
export const localPath = async (url: string): Promise<string | undefined> => {
  const path = url.startsWith('file://') ? pathOfUrl(url) : url
  return (await stat(path).catch(() => undefined))?.isDirectory() ? resolve(path) : undefined
}

const noRef = (spec: GitSpec): UsageError =>
  new UsageError(`--tree ${spec.text}: the repository has no ${spec.ref}`, 'give a branch, a tag or a full commit id')

/** Uses a repository on this host in place; a copy would cost gigabytes and gain nothing. */
const openLocal = async (spec: GitSpec, dir: string, signal: AbortSignal): Promise<Repository> => {
  const git = repoGit(dir, signal)
  const { exitCode, stderr } = await git`git rev-parse --git-dir`
  if (exitCode !== 0)
    throw new UsageError(`--tree ${spec.text}: ${stderr.trim().split('\n')[0]}`, 'for a plain folder write dir:PATH')
  const commit = await commitOf(dir, spec.ref, signal)
  if (!commit) throw noRef(spec)
  return { dir, commit }
}

const fetchRefs = async (spec: GitSpec, dir: string, refspec: string, options: TreeOptions) => {
  let report = { what: '', to: progressReporter(options.context, `fetching ${spec.url}`) }
  const onLine = (text: string): void => {
    const progress = parseGitProgress(text.split('\r').at(-1) ?? '')
    if (!progress) return
    if (progress.what !== report.what)
      report = { what: progress.what, to: progressReporter(options.context, `fetching ${spec.url}: ${progress.what}`) }
    report.to(progress.fraction)
  }
  // git ends progress lines with CR; tr makes lines of them, one at a time.
  const script =
    'set -o pipefail; git fetch --no-tags --progress --no-auto-maintenance "$@" 2>&1 | stdbuf -oL tr "\\r" "\\n"'
  const argv = ['bash', '-c', script, 'git-fetch', '--', spec.url, refspec]
  const { ended, tail } = await runProcess(argv, { cwd: dir, env: fetchEnv(), signal: options.context.signal, onLine })
  if (options.context.signal.aborted) throw new InterruptedError()
  if (tail.some(isDiskFull)) throw await diskFull(dir, `the mirror of ${spec.url}`)
  const why = tail.findLast((line) => /^(fatal|error): /.test(line))
  return { ok: succeeded(ended), why: why ?? describeEnd(ended) }
}

const isMissingRef = (why: string): boolean => /couldn't find remote ref|no such remote ref|not our ref/i.test(why)

const fetchRef = async (spec: GitSpec, dir: string, options: TreeOptions): Promise<string> => {
  const own = `refs/zsharness/${contentKey('ref', spec.ref)}`
  const first = await fetchRefs(spec, dir, `+${spec.ref}:${own}`, options)
  if (first.ok) return own
  // Many servers refuse a fetch by commit id, and all refuse a short one: fetch all refs, which may contain it.
  const all = isMissingRef(first.why) ? await fetchRefs(spec, dir, '+refs/*:refs/all/*', options) : first
  if (!all.ok) throw new HostError(`git fetch ${spec.url}: ${all.why}`, 'check the URL and the network')
  return spec.ref
}

const openMirror = async (spec: GitSpec, options: TreeOptions): Promise<Repository> => {
  const { signal } = options.context
  const root = join(options.cache, 'mirrors')
  const dir = join(root, `${contentKey('mirror', spec.url)}.git`)
  await mkdir(root, { recursive: true })
  await using _lock = await acquireLock(`${dir}.lock`, { signal })
  await keepLock(`${dir}.use.lock`, signal)
  await repoGit(root, signal)`git init --quiet --bare ${dir}`
  // A commit never changes, but branches and tags may.
  const known = isCommitId(spec.ref) ? await commitOf(dir, spec.ref, signal) : undefined
  const commit = known ?? (await commitOf(dir, await fetchRef(spec, dir, options), signal))
  if (!commit) throw noRef(spec)
  return { dir, commit }
}

/** The repository of a `git:` tree: a local one in place, a remote one as a mirror in the cache. */
export const openRepository = async (spec: GitSpec, options: TreeOptions): Promise<Repository> => {
  const local = await localPath(spec.url)
  return local ? openLocal(spec, local, options.context.signal) : openMirror(spec, options)
}

// The entry is named by its commit, so nothing else may change its bytes: neither line endings nor filters.
const EXACT = ['-c', 'core.autocrlf=false', '-c', 'core.eol=lf', '-c', 'core.attributesFile=/dev/null']

/** Flags that make git write the files of a commit as they are; a UsageError where only the user can. */
const ownSettings = async (dir: string, signal: AbortSignal): Promise<readonly string[]> => {
  const git = repoGit(dir, signal)
  const attributes = resolve(dir, (await git`git rev-parse --git-path info/attributes`).stdout.trim())
  const lines = (await readFile(attributes, 'utf8').catch(() => '')).split('\n')
  if (lines.some((line) => !/^(?:#|$)/.test(line.trim())))
    throw new UsageError(`${attributes} changes the files that git writes`, 'remove it, or give a clone without it')
  const filters = (await git`git config --name-only --get-regexp ${'^filter\\..*\\.(smudge|process)$'}`).stdout
  const off = filters.split('\n').filter((name) => name !== '')
  return [...EXACT, ...off.flatMap((name) => ['-c', `${name}=`])]
}

/** Writes these files of a commit below `staging`, by default all, without a work tree or git's own files. */
const exportCommit = async (
  { dir, commit }: Repository,
  staging: string,
  options: TreeOptions,
  paths: readonly BytePath[] = [],
): Promise<void> => {
  const { signal } = options.context
  progressReporter(options.context, `exporting ${commit.slice(0, 12)}`)(null)
  const { unpack, isWhole } = unpacker(staging, {})
  const own = await ownSettings(dir, signal)
  const child = execa('git', [...own, '--literal-pathspecs', 'archive', '--format=tar', commit, '--', ...paths], {
    cwd: dir,
    env: { ...gitEnv(), GIT_NO_REPLACE_OBJECTS: '1', GIT_ATTR_NOSYSTEM: '1' },
    extendEnv: false,
    buffer: { stdout: false },
    cancelSignal: signal,
  })
  child.catch(() => undefined)
  try {
    await pipeline(child.readable({ from: 'stdout' }), unpack as unknown as NodeJS.WritableStream, { signal })
  } catch (error) {
    throw await explainArchive(error, staging, `the files of ${commit}`, signal)
  }
  if (!isWhole())
    throw new HostError(`git archive ${commit} ended early in ${dir}`, 'check that repository with git fsck')
}

/** The files of a commit: those that differ from a commit whose tree is in the cache, or all. */
const storeCommit = async (repository: Repository, staging: string, blobs: Blobs, options: TreeOptions) => {
  const { dir, commit } = repository
  const step = await stepTo(options.cache, blobs, dir, commit, options.context.signal)
  const origin = `git ${commit}`
  if (step?.present.length === 0) return step.base.filter(({ path }) => !step.differing.has(path))
  const fill = async (folder: string): Promise<string> => {
    await exportCommit(repository, folder, options, step?.present)
    return origin
  }
  const { listing } = await storeFilled(staging, blobs, fill, options)
  return step ? toListing([...step.base.filter(({ path }) => !step.differing.has(path)), ...listing]) : listing
}

/** The tree of `git:URL#REF`, keyed by commit. */
export const obtainGit = async (spec: GitSpec, options: TreeOptions): Promise<TreeEntry> => {
  const repository = await openRepository(spec, options)
  const { commit } = repository
  const fault = (message: string): UsageError =>
    new UsageError(`--tree ${spec.text}: ${message}`, 'give a repository with a kernel at its top')
  const make = async (staging: string, blobs: Blobs) => {
    const listing = await storeCommit(repository, staging, blobs, options)
    return {
      version: await versionOf(blobs, listing, fault),
      origin: `git ${commit}`,
      listing: putListing(blobs, listing),
    }
  }
  const entry = await obtainListed(spec.text, contentKey('git', commit), make, options)
  return { ...entry, identity: identityOf(commit) }
}

const identityOf = (commit: string): string => `git ${commit}`

/** The identity of the tree that `obtainGit` would give; undefined where a repository has to be fetched to learn it. */
export const identifyGit = async (spec: GitSpec, { context }: TreeOptions): Promise<string | undefined> => {
  if (isCommitId(spec.ref)) return identityOf(spec.ref)
  const dir = await localPath(spec.url)
  const commit = dir && (await commitOf(dir, spec.ref, context.signal))
  return commit ? identityOf(commit) : undefined
}
