// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { contentKey } from '../../lib/files/hash.ts'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { diskFull, isDiskFull } from './disk.ts'
import { repoGit } from './gitenv.ts'
import { checkKernel } from './kernel.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { progressReporter } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { obtainTreeEntry } from './store.ts'

/** The content of a folder: `id` changes with it, `copy` copies it to another folder and returns what went wrong. */
interface Content {
  readonly id: string
  readonly origin: string
  readonly copy: (target: string) => Promise<string>
}

// The repository's configuration must not run a program or write to the repository.
const READ_ONLY = ['-c', 'core.fsmonitor=false', '-c', 'core.untrackedCache=false', '-c', 'diff.autoRefreshIndex=false']

/** A git work tree: tracked files with their changes, and new files that are not ignored, so no build products. */
const gitContent = async (dir: string, signal: AbortSignal): Promise<Content | undefined> => {
  const git = repoGit(dir, signal)
  const tree = await git`git ${READ_ONLY} rev-parse --verify --quiet HEAD:./`
  if (tree.exitCode !== 0) return undefined
  const dirty = await git`git ${READ_ONLY} diff HEAD --binary --no-ext-diff --no-textconv --relative -- . | sha256sum`
  const fresh = await git`git ls-files -z --others --exclude-standard | xargs -0 -r sha256sum -- | sha256sum`
  if (dirty.exitCode !== 0 || fresh.exitCode !== 0) return undefined
  const head = await git`git describe --always --abbrev=12`
  const same = (await git`git ${READ_ONLY} status --porcelain -- .`).stdout.trim() === ''
  return {
    id: contentKey('dir-git', tree.stdout, dirty.stdout, fresh.stdout),
    origin: `git ${head.stdout.trim()}${same ? '' : ' with local changes'}`,
    copy: async (target) =>
      (
        await git`{ git ls-files -z --deduplicate --cached --others --exclude-standard; git ls-files -z --deleted; } |
          sort -z | uniq -zu | xargs -0 -r cp -a --reflink=auto --parents -t ${target} --`
      ).stderr,
  }
}

const walk = async function* (dir: string, below = ''): AsyncGenerator<string> {
  const entries = await readdir(join(dir, below), { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (below === '' && entry.name === '.git') continue
    const path = join(below, entry.name)
    if (entry.isDirectory()) yield* walk(dir, path)
    else yield path
  }
}

const hashEntry = async (path: string): Promise<string> => {
  const info = await lstat(path)
  if (info.isSymbolicLink()) return `link:${await readlink(path)}`
  if (!info.isFile()) throw new UsageError(`${path} is not a file, folder or link`, 'remove it from the tree')
  const data = createHash('sha256').update(await readFile(path))
  return `${info.mode & 0o111 ? 'x' : '-'}${info.size}:${data.digest('hex')}`
}

const plainContent = async (dir: string, signal: AbortSignal): Promise<Content> => {
  const hash = createHash('sha256')
  for await (const path of walk(dir)) {
    if (signal.aborted) throw new InterruptedError()
    hash.update(`${path}\0${await hashEntry(join(dir, path))}\0`)
  }
  return {
    id: contentKey('dir', hash.digest('hex')),
    origin: 'a plain folder',
    copy: async (target) =>
      (await repoGit(dir, signal)`cp -a --reflink=auto . ${target} && rm -rf ${join(target, '.git')}`).stderr,
  }
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
  return plainContent(dir, signal)
}

const copyWhole = async (content: Content, dir: string, staging: string, text: string, options: TreeOptions) => {
  const { signal } = options.context
  progressReporter(options.context, `copying ${dir}`)(null)
  const words = await content.copy(staging)
  if (signal.aborted) throw new InterruptedError()
  if (isDiskFull(words)) throw await diskFull(staging, `the copy of ${dir}`)
  if (words.trim() !== '')
    throw new HostError(`copying ${dir}: ${words.trim().split('\n')[0]}`, 'make all its files readable')
  const after = await contentOf(dir, text, signal)
  if (after.id !== content.id)
    throw new HostError(`${dir} changed while it was copied`, 'run again while nothing changes it')
}

/** The tree of `dir:PATH`: a copy, keyed by its content. The folder itself is only read. */
export const obtainDir = async (spec: Extract<TreeSpec, { kind: 'dir' }>, options: TreeOptions): Promise<TreeEntry> => {
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
  const content = await contentOf(dir, spec.text, options.context.signal)
  const fill = async (staging: string): Promise<string> => {
    await copyWhole(content, dir, staging, spec.text, options)
    return `${dir}, ${content.origin}`
  }
  return obtainTreeEntry(spec.text, content.id, fill, fault, options)
}
