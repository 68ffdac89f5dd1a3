// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

export interface Running {
  readonly pid: number
  /** The arguments, joined by spaces; empty for a zombie and for a thread of the kernel. */
  readonly command: string
}

const commandOf = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ').trimEnd()
  } catch {
    // It ended meanwhile.
    return ''
  }
}

/** The processes of this host that run a command with `word` in it. */
export const runningWith = (word: string): readonly Running[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => command.includes(word))

/** Makes a named pipe, which stands for a slow disk: it takes 64 KiB until somebody reads. */
export const makePipe = (file: string): void => void execFileSync('mkfifo', [file])

/** The processes that this one started and that still run, as `pid command`. */
export const childrenOf = (parent: number): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        // After the name in parentheses: the state and the parent.
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1] === String(parent)
      } catch {
        return false
      }
    })
    .map((pid) => `${pid} ${commandOf(pid)}`)
    // A zombie, which node has not read yet, has no command; vitest's own compiler is none of ours.
    .filter((line) => /^\d+ \S/.test(line) && !/esbuild|rolldown|vitest/.test(line))
