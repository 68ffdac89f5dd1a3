// SPDX-License-Identifier: MIT
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
export const running = (word: string): readonly Running[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => command.includes(word))
