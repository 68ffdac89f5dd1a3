// SPDX-License-Identifier: MIT
import { Cursor, type DiffProblem, Malformed } from './cursor.ts'
import { inTree, leavesTree, pathOf, sameName, unquoted } from './diffpath.ts'
import { type Hunk, isHunk, takeHunk } from './hunk.ts'

/** What a diff does to one file. */
export interface FileDiff {
  /** The lines before the first hunk, from `diff --git` or `---` on. */
  readonly head: readonly string[]
  /** Undefined for a file that the diff creates. */
  readonly from: string | undefined
  /** Undefined for a file that the diff removes. */
  readonly to: string | undefined
  /** None for a file that is empty or binary, or only changes its name or mode. */
  readonly hunks: readonly Hunk[]
}

/** A diff as its files. */
export interface Diff {
  /** The lines before the first file. */
  readonly message: readonly string[]
  readonly files: readonly FileDiff[]
  readonly problem: DiffProblem | undefined
  /** The lines from the file with the problem on. */
  readonly unread: readonly string[]
}

type Names = Pick<FileDiff, 'from' | 'to'>

const takeNames = (cursor: Cursor, head: string[]): Names => {
  const { line } = cursor
  head.push(cursor.take(), cursor.take())
  const [from, to] = head.slice(-2).map((name, index) => pathOf(name.slice('--- '.length), line + index))
  if (from === undefined && to === undefined)
    throw new Malformed(line, 'a file that is /dev/null before and after', 'make it with git diff or git format-patch')
  return { from, to }
}

const GIT = 'diff --git '

/** The names of a file without hunks, from git's extended header; undefined where it has none. */
const gitNames = (head: readonly string[], line: number): Names | undefined => {
  const after = (...keys: string[]): string | undefined => {
    for (const text of head) for (const key of keys) if (text.startsWith(key)) return text.slice(key.length)
    return undefined
  }
  const [from, to] = [after('rename from ', 'copy from '), after('rename to ', 'copy to ')]
  if (from !== undefined && to !== undefined)
    return { from: inTree(unquoted(from, line), from, line), to: inTree(unquoted(to, line), to, line) }
  const both = sameName(head[0]!.slice(GIT.length))
  if (both === undefined) return undefined
  const name = inTree(both, both, line)
  return {
    from: after('new file mode ') === undefined ? name : undefined,
    to: after('deleted file mode ') === undefined ? name : undefined,
  }
}

const GIT_LINE =
  /^(?:index|(?:old|new|new file|deleted file) mode|(?:dis)?similarity index|(?:rename|copy) (?:from|to)) /

const takeGitHead = (cursor: Cursor): string[] => {
  if (!cursor.peek()?.startsWith(GIT)) return []
  const head = [cursor.take()]
  while (GIT_LINE.test(cursor.peek() ?? '')) head.push(cursor.take())
  return head
}

const atNames = (cursor: Cursor): boolean =>
  cursor.peek()?.startsWith('--- ') === true && cursor.peek(1)?.startsWith('+++ ') === true

const MODES = /^(?:(?:old|new|new file|deleted file) mode |index \S+ )([0-7]{6})$/
const KERNEL_MODES = ['100644', '100755', '120000']
const LINK = '120000'

/** The mode that each line of git's extended header gives; a Malformed for what a kernel source cannot have. */
const modesOf = (head: readonly string[], line: number): readonly string[] =>
  head.flatMap((text, index) => {
    const mode = MODES.exec(text)?.[1]
    if (mode === undefined) return []
    if (KERNEL_MODES.includes(mode)) return [mode]
    const hint = 'a patch may change files and links: modes 100644, 100755 and 120000'
    throw new Malformed(line + index, `mode ${mode} is not that of a file or a link`, hint)
  })

// The text of a link is where it points.
const checkLink = ({ head, to, hunks }: FileDiff, line: number): void => {
  if (!modesOf(head, line).includes(LINK) || to === undefined) return
  for (const { text } of hunks.flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'add')))
    if (leavesTree(to, text.slice(1)))
      throw new Malformed(
        line,
        `the link ${to} points out of the tree, to ${text.slice(1)}`,
        'link only to files of the kernel',
      )
}

/** The file that the next lines belong to; undefined after a line that belongs to none. */
const takeFile = (cursor: Cursor): FileDiff | undefined => {
  const { line } = cursor
  const head = takeGitHead(cursor)
  if (atNames(cursor)) {
    const names = takeNames(cursor, head)
    const hunks: Hunk[] = []
    while (cursor.peek()?.startsWith('@@ ')) hunks.push(takeHunk(cursor, hunks.length + 1))
    if (hunks.length === 0) throw new Malformed(cursor.line, 'a file without hunks')
    const file = { head, ...names, hunks }
    checkLink(file, line)
    return file
  }
  if (isHunk(cursor.peek() ?? '')) throw new Malformed(cursor.line, 'a hunk without the two lines that name its file')
  if (head.length === 0) cursor.take()
  modesOf(head, line)
  const names = head.length > 0 ? gitNames(head, line) : undefined
  return names && { head, ...names, hunks: [] }
}

/** Parses a unified diff and skips what is around its files, as git does. A damaged diff gives a problem: nothing throws. */
export const parseDiff = (text: string): Diff => {
  const cursor = new Cursor(text.replace(/\n$/, '').split('\n'))
  const files: FileDiff[] = []
  let [begins, messageLines] = [0, 0]
  const diff = (problem?: DiffProblem): Diff => ({
    message: cursor.lines.slice(0, messageLines),
    files,
    problem,
    unread: problem ? cursor.lines.slice(begins) : [],
  })
  try {
    while (cursor.peek() !== undefined) {
      begins = cursor.taken
      const file = takeFile(cursor)
      if (file) files.push(file)
      else if (files.length === 0) messageLines = cursor.taken
    }
    return diff()
  } catch (error) {
    if (error instanceof Malformed) return diff(error.problem)
    throw error
  }
}

/** The paths that a diff changes, each once. */
export const touchedBy = (text: string): readonly string[] => {
  const paths = parseDiff(text).files.flatMap(({ from, to }) => [from, to])
  return [...new Set(paths.filter((path) => path !== undefined))]
}
