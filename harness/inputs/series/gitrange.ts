// SPDX-License-Identifier: MIT
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readBounded } from '../../lib/files/bounded.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { UsageError } from '../../model/errors.ts'
import { repoGit, requireRan } from '../tree/gitenv.ts'
import { MAX_MIB, patchesIn } from './files.ts'
import type { Patch } from './model.ts'

/** The commits after `from` up to `to`, in a repository on this host. */
export interface GitRange {
  readonly dir: string
  readonly from: string
  readonly to: string
}

const FORM = /^(.+)#([^\s#]+)$/
const FROM = /^[^.-](?:.*[^.])?$/
const TO = /^[^.-]/
const HINT = 'make the patches with git format-patch, and give the files'
const MAX_COMMITS = 1_000

/** Parses `PATH#A..B`. */
export const parseRange = (text: string): GitRange => {
  const [, dir, range = ''] = FORM.exec(text) ?? []
  const at = range.indexOf('..')
  const [from, to] = [range.slice(0, Math.max(0, at)), range.slice(at + 2)]
  if (dir !== undefined && at > 0 && FROM.test(from) && TO.test(to)) return { dir, from, to }
  throw new UsageError(`git:${text}: not of the form git:PATH#A..B`, 'for instance git:.#v6.2-rc6..my-branch')
}

// The patches are to depend on the commits alone, and git is to run no program that the repository names.
const SETTINGS = [
  ...['diff.noprefix=false', 'diff.mnemonicPrefix=false', 'diff.relative=false', 'diff.suppressBlankEmpty=false'],
  ...[
    'log.showSignature=false',
    'i18n.logOutputEncoding=UTF-8',
    'core.quotePath=true',
    'core.attributesFile=/dev/null',
  ],
  ...['diff.orderFile=/dev/null', 'format.headers=', 'format.mboxrd=false'],
].flatMap((setting) => ['-c', setting])
const FLAGS = [
  ...['--stdout', '--numbered', '--start-number=1', '--subject-prefix=PATCH', '--no-cover-letter', '--no-thread'],
  ...['--no-attach', '--no-signature', '--no-signoff', '--no-notes', '--no-base', '--no-ext-diff', '--no-textconv'],
  ...['--no-renames', '--no-color', '--full-index', '--binary', '--unified=3', '--inter-hunk-context=0'],
  ...['--src-prefix=a/', '--dst-prefix=b/', '--diff-algorithm=myers', '--ignore-submodules=none'],
]

const requireRepository = async (place: string, dir: string): Promise<void> => {
  const found = await stat(dir).catch(() => undefined)
  if (!found?.isDirectory())
    throw new UsageError(`${place}: there is no folder ${dir}`, 'give the path of a repository on this host')
  const opened = await repoGit(dir)`git rev-parse --git-dir`
  requireRan(opened, 'git rev-parse')
  if (opened.exitCode !== 0)
    throw new UsageError(`${place}: ${opened.stderr.trim().split('\n')[0]}`, 'give the path of a git repository')
}

const commitOf = async (place: string, dir: string, ref: string): Promise<string> => {
  const found = await repoGit(dir)`git rev-parse --verify --quiet --end-of-options ${`${ref}^{commit}`}`
  requireRan(found, 'git rev-parse')
  if (found.exitCode === 0) return found.stdout.trim()
  throw new UsageError(`${place}: the repository has no commit ${ref}`, 'give branches, tags or commit ids')
}

const countOf = async (dir: string, range: string, flags: readonly string[] = []): Promise<number> => {
  const counted = await repoGit(dir)`git rev-list --count ${range} ${flags}`
  requireRan(counted, 'git rev-list')
  return Number(counted.stdout)
}

const requireStraight = async (place: string, dir: string, range: string): Promise<number> => {
  const count = await countOf(dir, range)
  if (count === 0) throw new UsageError(`${place}: no commit is in this range`, 'is A before B?')
  if (count > MAX_COMMITS)
    throw new UsageError(`${place}: ${count} commits, more than ${MAX_COMMITS}`, 'test that tree: --tree git:PATH#B')
  if ((await countOf(dir, range, ['--merges'])) > 0)
    throw new UsageError(`${place}: there are merges in this range, and no patch says what they did`, 'rebase it')
  const changing = await countOf(dir, range, ['--', ':/'])
  if (changing < count)
    throw new UsageError(
      `${place}: ${count - changing} of its ${count} commits change nothing`,
      'drop them from the branch',
    )
  return count
}

/** The patches of the commits of a range, oldest first. */
export const readRange = async (place: string, { dir: path, from, to }: GitRange): Promise<readonly Patch[]> => {
  const dir = resolve(path)
  await requireRepository(place, dir)
  const range = `${await commitOf(place, dir, from)}..${await commitOf(place, dir, to)}`
  const count = await requireStraight(place, dir, range)
  const patches = await inTempDir('range', async (scratch) => {
    const mbox = join(scratch, 'mbox')
    const made = await repoGit(dir)`git ${SETTINGS} format-patch ${FLAGS} ${range} > ${mbox}`
    requireRan(made, 'git format-patch')
    if (made.exitCode !== 0) throw new UsageError(`${place}: ${made.stderr.trim().split('\n')[0]}`, HINT)
    return patchesIn(place, await readBounded(mbox, MAX_MIB))
  })
  if (patches.length !== count)
    throw new UsageError(
      `${place}: ${count} commits, but ${patches.length} patches`,
      'drop the commits without a change',
    )
  return patches
}
