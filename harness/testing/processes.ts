// SPDX-License-Identifier: MIT
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

const commandLine = (pid: string): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    // It ended meanwhile.
    return ''
  }
}

/** Command lines of the running processes that contain `marker`; a zombie has none. */
export const runningWith = (marker: string): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((line) => line.includes(marker))

/** Makes a named pipe, which stands for a slow disk: it takes 64 KiB until somebody reads. */
export const makePipe = (file: string): void => void execFileSync('sh', ['-c', 'mkfifo "$0"', file])
