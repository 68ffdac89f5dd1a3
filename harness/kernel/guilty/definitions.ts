// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { describeEnd, runProcess } from '../../lib/process/run.ts'
import { InterruptedError } from '../../model/errors.ts'

// Other programs than the kernel, and what a build left.
const NOT_KERNEL = ['tools', 'Documentation', 'scripts', 'samples', '.git', 'o']
const LIMIT_MS = 120_000
const MAX_NAMES = 200
const MAX_FILES = 2000
const MAX_REST = 4096

const SYSCALL = /^(?:__[a-z0-9]+_)?(compat_)?sys_(\w+)$/

const isName = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name)

/** What a line begins with that defines the function, as an extended regular expression of grep and of JavaScript. */
const patternsOf = (name: string): readonly string[] => {
  const syscall = SYSCALL.exec(name)
  return [
    `^${name}\\(`,
    `^[A-Za-z_][^;=]*[ *]${name}\\(`,
    `^(SYM_[A-Z_]+|ENTRY|WEAK)\\(${name}\\)`,
    ...(syscall === null
      ? []
      : [`^${syscall[1] === undefined ? '' : 'COMPAT_'}SYSCALL_DEFINE[0-6]\\(${syscall[2]}[,)]`]),
  ]
}

const closing = (text: string, open: number): number => {
  let depth = 0
  for (let at = open; at < Math.min(text.length, open + MAX_REST); at += 1) {
    if (text[at] === '(') depth += 1
    if (text[at] === ')' && --depth === 0) return at
  }
  return -1
}

/** Whether a body follows the parameters that begin at `open`; a declaration ends without one. */
const hasBody = (text: string, open: number): boolean => {
  const end = closing(text, open)
  if (end < 0) return false
  // Attributes may follow: `__releases(lock)`.
  return /^[\s\w()&>.,*-]*\{/.test(text.slice(end + 1, end + 1 + 400))
}

/** Whether a source file defines this function. */
export const defines = (text: string, name: string): boolean =>
  patternsOf(name).some((pattern) => {
    // grep looks at one line after another; here a line end has to be named.
    for (const match of text.matchAll(new RegExp(pattern.replace('[^;=]', '[^;=\\n]'), 'gm'))) {
      if (/^(?:SYM_|ENTRY|WEAK)/.test(match[0])) return true
      if (hasBody(text, text.indexOf('(', match[0].endsWith('(') ? match.index + match[0].length - 1 : match.index)))
        return true
    }
    return false
  })

/** The files that define each name, as paths from the top of the tree; or why the search failed. */
export const findDefinitions = async (
  tree: string,
  names: readonly string[],
  { signal, limitMs = LIMIT_MS }: { readonly signal?: AbortSignal | undefined; readonly limitMs?: number } = {},
): Promise<ReadonlyMap<string, readonly string[]> | string> => {
  const wanted = [...new Set(names)].filter(isName).slice(0, MAX_NAMES)
  const found = new Map<string, string[]>(wanted.map((name) => [name, []]))
  if (wanted.length === 0) return found
  const files: string[] = []
  const argv = [
    ...['grep', '-rIlE', '--include=*.[chS]', ...NOT_KERNEL.map((dir) => `--exclude-dir=${dir}`)],
    ...wanted.flatMap(patternsOf).flatMap((pattern) => ['-e', pattern]),
    ...['--', tree],
  ]
  const { ended, tail } = await runProcess(argv, {
    signal,
    deadlineMs: limitMs,
    onLine: (line, stream) => void (stream === 'stdout' && files.length < MAX_FILES && files.push(line)),
  })
  if (ended.by === 'abort') throw new InterruptedError()
  // 1: nothing found.
  if (ended.by !== 'exit' || ended.code > 1) return `grep ${describeEnd(ended)}: ${tail.at(-1) ?? 'it printed nothing'}`
  for (const file of files.sort()) {
    const text = await readFile(join(file), 'latin1')
    for (const name of wanted) if (text.includes(name) || SYSCALL.test(name)) addIf(found, name, tree, file, text)
  }
  return found
}

const addIf = (found: Map<string, string[]>, name: string, tree: string, file: string, text: string): void => {
  if (defines(text, name)) found.get(name)?.push(relative(tree, file))
}
