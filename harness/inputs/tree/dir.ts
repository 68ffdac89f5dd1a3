// SPDX-License-Identifier: MIT
import { stat, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Shell } from 'zx/core'
import { type BytePath, filesBelow, filesListed, hashFolder, hashListing, listFiles } from '../../lib/files/content.ts'
import { exists } from '../../lib/files/exists.ts'
import { contentKey } from '../../lib/files/hash.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { runProcess, succeeded } from '../../lib/process/run.ts'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { diskFull, isDiskFull } from './disk.ts'
import { gitEnv, repoGit } from './gitenv.ts'
import { checkKernel } from './kernel.ts'
import type { TreeEntry, TreeOptions } from './model.ts'
import { progressReporter } from './progress.ts'
import type { TreeSpec } from './spec.ts'
import { obtainTreeEntry } from './store.ts'

/** The content of a folder: `id` changes with it. */
interface Content {
  readonly id: string
  readonly origin: string
  readonly files: readonly BytePath[]
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
  const files = filesListed(dir, listed)
  return { id: contentKey('dir', hashListing(await listFiles(dir, files, signal))), origin: await originOf(git), files }
}

const plainContent = async (dir: string, signal: AbortSignal): Promise<Content> => {
  const files = filesBelow(dir)
  return { id: contentKey('dir', hashListing(await listFiles(dir, files, signal))), origin: 'a plain folder', files }
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

/** Copies these files as they are; returns what went wrong. */
const copyFiles = async (
  dir: string,
  files: readonly BytePath[],
  target: string,
  signal: AbortSignal,
): Promise<string> =>
  inTempDir('copy', async (scratch) => {
    const list = join(scratch, 'files')
    await writeFile(list, files.map((path) => `${path}\0`).join(''), 'latin1')
    return (await repoGit(dir, signal)`xargs -0 -r cp -a --reflink=auto --parents -t ${target} -- < ${list}`).stderr
  })

const copyWhole = async (content: Content, dir: string, staging: string, options: TreeOptions) => {
  const { signal } = options.context
  progressReporter(options.context, `copying ${dir}`)(null)
  const words = await copyFiles(dir, content.files, staging, signal)
  if (signal.aborted) throw new InterruptedError()
  if (isDiskFull(words)) throw await diskFull(staging, `the copy of ${dir}`)
  if (words.trim() !== '')
    throw new HostError(`copying ${dir}: ${words.trim().split('\n')[0]}`, 'make all its files readable')
  if (contentKey('dir', await hashFolder(staging, signal)) !== content.id)
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
    await copyWhole(content, dir, staging, options)
    return `${dir}, ${content.origin}`
  }
  return obtainTreeEntry(spec.text, content.id, fill, fault, options)
}
