// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Running {
  readonly pid: number
  /** The arguments, joined by spaces; empty for a zombie and for a thread of the kernel. */
  readonly command: string
}

/** What `read` returns, or nothing for a process that has ended meanwhile. */
const unlessGone = (read: () => string): string => {
  try {
    return read()
  } catch {
    return ''
  }
}

const commandOf = (pid: string): string =>
  unlessGone(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trimEnd())

const allPids = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name))

/** The processes of this host that run a command with `word` in it. */
export const runningWith = (word: string): readonly Running[] =>
  allPids()
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => command.includes(word))

/** The processes that work in `dir` or below it, as `pid command`. */
export const processesIn = (dir: string): readonly string[] =>
  allPids()
    .filter((pid) => `${unlessGone(() => readlinkSync(`/proc/${pid}/cwd`))}/`.startsWith(`${dir}/`))
    .map((pid) => `${pid} ${commandOf(pid)}`)

/** Makes a named pipe, which stands for a slow disk: it takes 64 KiB until somebody reads. */
export const makePipe = (file: string): void => void execFileSync('mkfifo', [file])

/** The processes that this one started and that still run, as `pid command`. */
export const childrenOf = (parent: number): readonly string[] =>
  allPids()
    .filter((pid) => {
      // After the name in parentheses: the state and the parent.
      const stat = unlessGone(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
      return stat.split(') ').at(-1)?.split(' ')[1] === String(parent)
    })
    .map((pid) => `${pid} ${commandOf(pid)}`)
    // A zombie, which node has not read yet, has no command; vitest's own compiler is none of ours.
    .filter((line) => /^\d+ \S/.test(line) && !/esbuild|rolldown|vitest/.test(line))

const treeBelow = (pid: number, indent = '  '): readonly string[] =>
  childrenOf(pid).flatMap((line) => [`${indent}${line}`, ...treeBelow(Number.parseInt(line, 10), `${indent}  `)])

/**
 * What a process of node waits for: its threads with the kernel functions that they sleep in, and its children. Its first
 * thread sleeps in epoll while there is work, and in a futex when it waits for a thread of node.
 */
export const waitOf = (pid: number): string => {
  const at = (tid: string, what: string) => unlessGone(() => readFileSync(`/proc/${pid}/task/${tid}/${what}`, 'utf8'))
  const tids = readdirSync(`/proc/${pid}/task`)
  const threads = tids.map((tid) => `  thread ${tid} ${at(tid, 'comm').trim()}: ${at(tid, 'wchan') || '?'}`)
  const isExiting = at(String(pid), 'wchan').includes('futex')
  const why = isExiting
    ? 'it has finished its work and is stuck in exiting: its first thread waits for a thread of node'
    : 'its first thread waits for something outside of node, or runs'
  return [`${pid} ${commandOf(String(pid))}`, why, ...threads, 'children:', ...treeBelow(pid)].join('\n')
}
