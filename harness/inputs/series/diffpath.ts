// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import { Malformed } from './cursor.ts'
import { readQuoted } from './quoted.ts'

/** The path if it is inside the tree; `raw` is the path as the diff has it. */
export const inTree = (path: string, raw: string, line: number): string => {
  if (path.startsWith('/') || path.split('/').includes('..'))
    throw new Malformed(line, `the path ${raw} leaves the tree`, 'a patch may only name files of the kernel: a/mm/x.c')
  if (path === '' || path.includes('\0'))
    throw new Malformed(line, `the path ${raw} is not a file name`, 'make it with git diff or git format-patch')
  return path
}

const afterSlash = (path: string): string => path.slice(path.indexOf('/') + 1)

/** The name of a header line, without quotes and time stamp. */
export const unquoted = (raw: string, line: number): string => {
  const tab = raw.indexOf('\t')
  if (!raw.startsWith('"')) return tab < 0 ? raw.trim() : raw.slice(0, tab)
  const quoted = readQuoted(raw)
  if (quoted && (quoted.rest.trim() === '' || quoted.rest.startsWith('\t'))) return quoted.name
  throw new Malformed(line, `the path ${raw} is not quoted as git does it`, 'make it with git diff or git format-patch')
}

/** `a/mm/x.c` → `mm/x.c`, as `git apply -p1` does; undefined for /dev/null. */
export const pathOf = (raw: string, line: number): string | undefined => {
  const path = unquoted(raw, line)
  if (path === '/dev/null') return undefined
  const shown = raw.startsWith('"') ? raw : path
  inTree(path, shown, line)
  if (path.includes('/')) return inTree(afterSlash(path), shown, line)
  const hint = 'make it with git diff, which names a/… and b/…'
  throw new Malformed(line, `the path ${shown} has no a/ or b/ before it`, hint)
}

const pairOf = (text: string): readonly [string, string] | undefined => {
  const first = readQuoted(text)
  const second = first && readQuoted(first.rest.slice(1))
  if (first) return second && [first.name, second.name]
  const middle = (text.length - 1) / 2
  return text[middle] === ' ' ? [text.slice(0, middle), text.slice(middle + 1)] : undefined
}

/** The name in `diff --git a/NAME b/NAME`. Without a rename both are the same, so blanks in a name do no harm. */
export const sameName = (text: string): string | undefined => {
  const pair = pairOf(text)
  if (!pair?.every((path) => path.includes('/'))) return undefined
  const [from, to] = pair.map(afterSlash)
  return from === to ? from : undefined
}

/** Whether a link at `path`, from the top of the tree, points out of the tree. */
export const leavesTree = (path: string, target: string): boolean => {
  const to = posix.join(posix.dirname(path), target)
  return target.startsWith('/') || target === '' || to === '..' || to.startsWith('../')
}
