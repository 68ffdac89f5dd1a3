// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { describeEnd, succeeded } from '../../lib/process/run.ts'
import { hasProgram } from '../../lib/process/sh.ts'
import { InterruptedError } from '../../model/errors.ts'
import type { Maintainer } from '../../splat/model.ts'
import { runMake } from '../make.ts'

/** Those who maintain a file, or why they are not known. */
export type Answer = { readonly maintainers: readonly Maintainer[] } | { readonly reason: string }

const SCRIPT = 'scripts/get_maintainer.pl'
// By MAINTAINERS alone: the history of a file names everyone who ever fixed a typo, and takes minutes to read.
const FLAGS = ['--no-tree', '--no-git', '--no-git-fallback', '--no-git-blame', '--roles', '--no-rolestats', '-f']
const LIMIT_MS = 30_000
const MAX = 50

const roleOf = (text: string): string => (text.startsWith(' (') && text.endsWith(')') ? text.slice(2, -1) : '')

/** One line of get_maintainer.pl: `Name <address> (role)` or `address (role)`; undefined for any other line. */
export const parseMaintainer = (line: string): Maintainer | undefined => {
  const at = line.indexOf('@')
  if (at < 0) return undefined
  const end = line.indexOf(' (', at)
  const who = end < 0 ? line : line.slice(0, end)
  const open = who.endsWith('>') ? who.lastIndexOf('<') : -1
  const email = open < 0 ? who : who.slice(open + 1, -1)
  if (!/^[^\s<>@]+@[^\s<>@]+$/.test(email)) return undefined
  const name = who
    .slice(0, Math.max(0, open))
    .trim()
    .replace(/^"(.*)"$/, '$1')
  return { name: name === '' ? null : name, email, role: end < 0 ? '' : roleOf(line.slice(end)) }
}

/** Asks the tree's own script; it runs confined like a build. Never fails, except when it is interrupted. */
export const maintainersOf = async (
  tree: string,
  file: string,
  { signal, limitMs = LIMIT_MS }: { readonly signal?: AbortSignal | undefined; readonly limitMs?: number } = {},
): Promise<Answer> => {
  if (!(await exists(join(tree, SCRIPT)))) return { reason: `the tree has no ${SCRIPT}` }
  if (!(await hasProgram('perl'))) return { reason: `${SCRIPT} needs perl, which is not installed` }
  const found: Maintainer[] = []
  // The sandbox begins in /, and the script reads MAINTAINERS where it is started.
  const argv = ['/bin/sh', '-c', 'cd "$1" && shift && exec perl "$@"', 'sh', tree, SCRIPT, ...FLAGS, file]
  const { ended, tail } = await runMake(
    argv,
    { readable: [tree], writable: [] },
    {
      signal,
      deadlineMs: limitMs,
      onLine: (line) => {
        const one = parseMaintainer(line)
        if (one !== undefined && found.length < MAX) found.push(one)
      },
    },
  )
  if (ended.by === 'abort') throw new InterruptedError()
  return succeeded(ended)
    ? { maintainers: found }
    : { reason: `${SCRIPT} ${describeEnd(ended)}: ${tail.at(-1) ?? 'it printed nothing'}` }
}
