// SPDX-License-Identifier: MIT

/** Lines between two directives of the preprocessor, from the first to the last. */
export interface Branch {
  readonly id: number
  readonly first: number
  readonly last: number
}

/** A source in which each branch begins with a line that tells whether the preprocessor kept it. */
export interface Marked {
  readonly text: string
  readonly branches: readonly Branch[]
}

const MARK = 'zsharness_branch_'
const OPENS = /^if/
const DIRECTIVE = /^\s*#\s*(ifdef|ifndef|if|elif|elifdef|elifndef|else|endif)\b/

/** One line without its comments, and whether one goes on behind it. */
const stripLine = (line: string, isOpen: boolean): readonly [kept: string, isOpen: boolean] => {
  if (isOpen) {
    const end = line.indexOf('*/')
    return end < 0 ? ['', true] : stripLine(line.slice(end + 2), false)
  }
  const at = line.search(/\/[*/]/)
  if (at < 0) return [line, false]
  if (line[at + 1] === '/') return [line.slice(0, at), false]
  const [rest, open] = stripLine(line.slice(at + 2), true)
  return [line.slice(0, at) + rest, open]
}

/** Lines without comments, each with whether a comment goes on behind it. Quotes are not read: no directive has any. */
const strip = (lines: readonly string[]): readonly (readonly [kept: string, isOpen: boolean])[] => {
  let isOpen = false
  return lines.map((line) => {
    const stripped = stripLine(line, isOpen)
    isOpen = stripped[1]
    return stripped
  })
}

/** Each line without its comments. */
export const withoutComments = (lines: readonly string[]): readonly string[] => strip(lines).map(([kept]) => kept)

/** Marks the branches of a source. Pure. */
export const markBranches = (text: string): Marked => {
  const lines = text.split('\n')
  const code = strip(lines)
  const out: string[] = []
  const branches: Branch[] = []
  const open: Branch[] = []
  let next = 0
  let pending = false
  for (const [index, line] of lines.entries()) {
    const [kept, isOpen] = code[index]!
    const [, directive] = DIRECTIVE.exec(kept) ?? []
    const closed = directive === undefined || OPENS.test(directive) ? undefined : open.pop()
    if (closed) branches.push({ ...closed, last: index })
    if (directive !== undefined && directive !== 'endif') {
      open.push({ id: next++, first: index + 2, last: index + 2 })
      pending = true
    }
    out.push(line)
    // A directive goes on where its line ends in a backslash, or within a comment.
    if (!pending || line.endsWith('\\') || isOpen) continue
    out.push(`${MARK}${open.at(-1)!.id}`)
    pending = false
  }
  return { text: out.join('\n'), branches }
}

/** The branches that the preprocessor kept, by its output. */
export const keptBranches = (output: readonly string[]): ReadonlySet<number> =>
  new Set(output.flatMap((line) => [...line.matchAll(new RegExp(`${MARK}(\\d+)`, 'g'))].map(([, id]) => Number(id))))

/** Those of the lines that are in a branch which the preprocessor left out. */
export const linesLeftOut = (
  lines: readonly number[],
  branches: readonly Branch[],
  kept: ReadonlySet<number>,
): readonly number[] =>
  lines.filter((line) => branches.some(({ id, first, last }) => first <= line && line <= last && !kept.has(id)))
