// SPDX-License-Identifier: MIT

/** One `@@` part of a patch. Line numbers count from 1 in the text parsed. */
export interface Hunk {
  readonly line: number
  readonly header: string
  readonly lines: readonly string[]
}

/** What a patch does to one file. `from` or `to` is undefined for /dev/null. */
export interface FilePatch {
  readonly line: number
  readonly from: string | undefined
  readonly to: string | undefined
  readonly hunks: readonly Hunk[]
}

/** Why a text is no sound patch: at which line, and what to do. */
export interface PatchProblem {
  readonly line: number
  readonly message: string
  readonly hint: string
}

const RAW =
  'web archives and mail clients eat tabs and leading blanks: fetch the raw mail (https://lore.kernel.org/…/raw, or b4 am) or make it with git format-patch'

class Malformed extends Error {
  readonly problem: PatchProblem
  constructor(line: number, message: string, hint: string) {
    super(message)
    this.problem = { line, message, hint }
  }
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/

const leavesTree = (path: string): boolean => path.startsWith('/') || path.split('/').includes('..')

/** `a/mm/x.c` → `mm/x.c`, as git does with -p1. */
const stripPrefix = (raw: string, line: number): string | undefined => {
  const path = raw
    .replace(/\t.*$/, '')
    .replace(/^"(.*)"$/, '$1')
    .trim()
  if (path === '/dev/null') return undefined
  const stripped = path.replace(/^[^/]+\//, '')
  if (leavesTree(path) || leavesTree(stripped))
    throw new Malformed(line, `the path ${path} leaves the tree`, 'a patch may only name files of the kernel: a/mm/x.c')
  if (!path.includes('/'))
    throw new Malformed(
      line,
      `the path ${path} has no a/ or b/ before it`,
      'make it with git diff, which names a/… and b/…',
    )
  return stripped
}

class Reader {
  readonly #lines: readonly string[]
  #at = 0
  constructor(text: string) {
    this.#lines = text.replace(/\n$/, '').split('\n')
  }
  get line(): number {
    return this.#at + 1
  }
  peek(ahead = 0): string | undefined {
    return this.#lines[this.#at + ahead]
  }
  next(): string | undefined {
    return this.#lines[this.#at++]
  }
}

/** One line of a hunk, counted against what its header promised. */
const takeLine = (text: string | undefined, left: { old: number; new: number }, at: { line: number; hunk: number }) => {
  const missing = `hunk #${at.hunk} promises ${left.old} more old and ${left.new} more new lines`
  if (text === undefined || /^(diff --git |-- $|From [0-9a-f]{40} )/.test(text))
    throw new Malformed(at.line, `the patch ends here, but ${missing}`, RAW)
  const kind = text === '' ? ' ' : text[0]
  if (kind === '\\') return
  if (kind !== ' ' && kind !== '+' && kind !== '-')
    throw new Malformed(
      at.line,
      `white space is damaged: a line of hunk #${at.hunk} begins with "${kind}", not blank, + or -`,
      RAW,
    )
  if (kind !== '+') left.old--
  if (kind !== '-') left.new--
  if (left.old < 0 || left.new < 0) throw new Malformed(at.line, `hunk #${at.hunk} has more lines than it says`, RAW)
}

const readHunk = (reader: Reader, number: number): Hunk => {
  const line = reader.line
  const header = reader.next() ?? ''
  const counts = HUNK.exec(header)
  if (!counts) throw new Malformed(line, `"${header}" is no hunk header`, RAW)
  const left = { old: Number(counts[1] ?? 1), new: Number(counts[2] ?? 1) }
  const lines: string[] = []
  while (left.old > 0 || left.new > 0) {
    const at = { line: reader.line, hunk: number }
    const text = reader.next()
    takeLine(text, left, at)
    lines.push(text ?? '')
  }
  while (reader.peek()?.startsWith('\\')) lines.push(reader.next() ?? '')
  return { line, header, lines }
}

const readFile = (reader: Reader): FilePatch => {
  const line = reader.line
  const from = stripPrefix((reader.next() ?? '').slice(4), line)
  const to = stripPrefix((reader.next() ?? '').slice(4), line + 1)
  const hunks: Hunk[] = []
  while (reader.peek()?.startsWith('@@ ')) hunks.push(readHunk(reader, hunks.length + 1))
  if (hunks.length === 0) throw new Malformed(reader.line, 'a file without hunks', RAW)
  return { line, from, to, hunks }
}

/** The files and hunks of a patch; anything around them is passed over, as git does. */
export const parsePatch = (text: string): readonly FilePatch[] | PatchProblem => {
  const reader = new Reader(text)
  const files: FilePatch[] = []
  try {
    while (reader.peek() !== undefined) {
      if (reader.peek()?.startsWith('--- ') && reader.peek(1)?.startsWith('+++ ')) {
        files.push(readFile(reader))
      } else if (HUNK.test(reader.peek() ?? '')) {
        throw new Malformed(reader.line, 'a hunk without the two lines that name its file', RAW)
      } else reader.next()
    }
  } catch (error) {
    if (error instanceof Malformed) return error.problem
    throw error
  }
  return files
}

/** The paths that a patch changes, each once; renames, modes and empty files too, which have no hunks. */
export const touchedBy = (text: string): readonly string[] => {
  const files = parsePatch(text)
  const named = 'line' in files ? [] : files.flatMap(({ from, to }) => [from, to])
  const bare = text
    .split('\n')
    .map((line) => /^(?:(?:rename|copy) (?:from|to) |diff --git a\/(.+) b\/(?=\1$))(.+)$/.exec(line)?.[2])
  return [...new Set([...named, ...bare].filter((path) => path !== undefined))]
}
