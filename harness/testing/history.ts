// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'

/** A generated kernel history. */
export interface History {
  /** The repository's folder; its branch main is the bad end. */
  readonly dir: string
  readonly good: string
  readonly bad: string
  readonly culprit: string
  readonly commits: number
}

interface SourceChange {
  readonly subject: string
  /** The new contents by path, from the old ones. */
  readonly edit: (files: ReadonlyMap<string, string>) => ReadonlyMap<string, string>
}

const append =
  (path: string, text: string): SourceChange['edit'] =>
  (files) =>
    new Map([[path, `${files.get(path)!}${text}\n`]])
const remove =
  (path: string, text: string): SourceChange['edit'] =>
  (files) =>
    new Map([[path, files.get(path)!.replace(`${text}\n`, '')]])

const MAIN = ['mm/zsmalloc.c', 'mm/zswap.c', 'mm/zpool.c', 'mm/zbud.c', 'mm/page_io.c', 'mm/swap_slots.c'] as const
const SIDE = ['mm/vmstat.c'] as const

const comment = (path: string, i: number): SourceChange => ({
  subject: `${path}: remark ${i}`,
  edit: append(path, `/* Remark ${i}. */`),
})

// A function that is never called changes the object code but not the behaviour.
const code = (path: string, i: number): SourceChange => ({
  subject: `${path}: helper ${i}`,
  edit: append(path, `int history_helper_${i}(void);\nint history_helper_${i}(void) { return ${i}; }`),
})

const harmless = (from: number, count: number, paths: readonly string[] = MAIN): readonly SourceChange[] =>
  Array.from({ length: count }, (_, k) => {
    const i = from + k
    return (i % 3 === 0 ? comment : code)(paths[i % paths.length]!, i)
  })

const broken = (path: string): readonly SourceChange[] => {
  const text = '#error "half of a change"'
  return [
    { subject: `${path}: half of a change`, edit: append(path, text) },
    { subject: `${path}: the other half`, edit: remove(path, text) },
  ]
}

const unbootable = (path: string, name: string): readonly SourceChange[] => {
  const text = `static int __init ${name}(void) { panic("${name} was planted"); }\nearly_initcall(${name});`
  return [
    { subject: `${path}: start early`, edit: append(path, text) },
    { subject: `${path}: do not start early`, edit: remove(path, text) },
  ]
}

/** Brings back a bug: a file without its fix, with what earlier commits appended. */
const bug = (path: string, fixed: string, unfixed: string): SourceChange => ({
  subject: `${path}: change what worked`,
  edit: (files) => new Map([[path, unfixed + files.get(path)!.slice(fixed.length)]]),
})

const FORK = harmless(0, 10)
const SIDE_BRANCH = harmless(200, 4, SIDE)
const BEFORE_MERGE = [
  ...broken('mm/zpool.c'),
  ...harmless(20, 9),
  ...unbootable('mm/zpool.c', 'history_early'),
  ...broken('mm/zswap.c'),
]
const AFTER_MERGE = (culprit: SourceChange): readonly SourceChange[] => [
  ...harmless(40, 9),
  ...broken('mm/page_io.c'),
  culprit,
  ...harmless(60, 7),
  ...unbootable('mm/zswap.c', 'history_again'),
  ...broken('mm/zpool.c'),
  ...harmless(80, 11),
]

const AUTHOR = { NAME: 'A Tester', EMAIL: 'tester@example.org', DATE: '2023-01-10T00:00:00Z' }

const identity = Object.fromEntries(
  ['AUTHOR', 'COMMITTER'].flatMap((role) =>
    Object.entries(AUTHOR).map(([key, value]) => [`GIT_${role}_${key}`, value]),
  ),
)

/** One branch, with a separate index. */
class HistoryBranch {
  readonly #repo: string
  readonly #index: string
  readonly #files: Map<string, string>
  head: string

  constructor(repo: string, index: string, files: ReadonlyMap<string, string>, head: string) {
    this.#repo = repo
    this.#index = index
    this.#files = new Map(files)
    this.head = head
  }

  git = async (args: readonly string[], input = ''): Promise<string> => {
    const env = { ...identity, GIT_DIR: join(this.#repo, '.git'), GIT_INDEX_FILE: this.#index }
    return (await execa('git', args, { env, input, stripFinalNewline: true })).stdout
  }

  /** A new branch from here. */
  async fork(index: string): Promise<HistoryBranch> {
    const branch = new HistoryBranch(this.#repo, index, this.#files, this.head)
    await branch.git(['read-tree', this.head])
    return branch
  }

  async #put(changed: ReadonlyMap<string, string>): Promise<void> {
    for (const [path, text] of changed) {
      const blob = await this.git(['hash-object', '-w', '--stdin'], text)
      await this.git(['update-index', '--cacheinfo', `100644,${blob},${path}`])
      this.#files.set(path, text)
    }
  }

  async commit(subject: string, changed: ReadonlyMap<string, string>, parents: readonly string[]): Promise<string> {
    await this.#put(changed)
    const tree = await this.git(['write-tree'])
    const from = parents.flatMap((parent) => ['-p', parent])
    this.head = await this.git(['commit-tree', tree, ...from, '-m', subject])
    return this.head
  }

  async take(changes: readonly SourceChange[]): Promise<ReadonlyMap<SourceChange, string>> {
    const made = new Map<SourceChange, string>()
    for (const change of changes)
      made.set(change, await this.commit(change.subject, change.edit(this.#files), [this.head]))
    return made
  }

  async merge(other: HistoryBranch, paths: readonly string[]): Promise<void> {
    const theirs = new Map(paths.map((path) => [path, other.#files.get(path)!]))
    await this.commit('Merge the side branch', theirs, [this.head, other.head])
  }
}

const startBranch = async (dir: string, source: string): Promise<HistoryBranch> => {
  await execa('git', ['init', '--quiet', '--initial-branch=main', dir])
  const config = ['-c', 'core.looseCompression=0', '-c', 'gc.auto=0']
  await execa('git', [...config, `--git-dir=${join(dir, '.git')}`, `--work-tree=${source}`, 'add', '--force', '-A'])
  const names = [...MAIN, ...SIDE]
  const texts = await Promise.all(names.map((name) => readFile(join(source, name), 'utf8')))
  const files = new Map(names.map((name, i) => [name as string, texts[i]!]))
  const branch = new HistoryBranch(dir, join(dir, '.git/index'), files, '')
  await branch.commit('The fixed kernel', new Map(), [])
  return branch
}

/**
 * Makes a repository in the empty folder `dir`: the patched kernel of `source`, then 64 commits. Most are harmless, four
 * do not build, two do not boot, one is a merge, and one brings back the bug: it replaces `path` by `unfixed`.
 */
export const makeHistory = async (dir: string, source: string, path: string, unfixed: string): Promise<History> => {
  const main = await startBranch(dir, source)
  const good = main.head
  const culprit = bug(path, await readFile(join(source, path), 'utf8'), unfixed)
  await main.take(FORK)
  const side = await main.fork(join(dir, '.git/side.index'))
  await side.take(SIDE_BRANCH)
  await main.take(BEFORE_MERGE)
  await main.merge(side, SIDE)
  const rest = await main.take(AFTER_MERGE(culprit))
  await main.git(['update-ref', 'refs/heads/main', main.head])
  const count = await main.git(['rev-list', '--count', `${good}..${main.head}`])
  return { dir, good, bad: main.head, culprit: rest.get(culprit)!, commits: Number(count) }
}
