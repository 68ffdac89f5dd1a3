// SPDX-License-Identifier: MIT
import { bootWords } from '../data/restarts.ts'
import type { Lines } from './input.ts'

/** journalctl's own line between two boots: after it a boot is expected. */
export const BOOT_LINE = '-- Boot '

/** Passes on what a program wrote: it is no report, but it may order a restart. */
export const passProgramText = (lines: Lines, text: string, number: number): void => {
  if (bootWords.some((word) => text.includes(word))) lines.line(text, number, 'user')
}

/** The stamp and the caller as printk writes them. */
export const printkStamp = (timeUs: number | undefined, caller?: string): string => {
  if (timeUs === undefined || !Number.isFinite(timeUs)) return ''
  const time = (timeUs / 1e6).toFixed(6).padStart(12)
  return `[${time}]${caller === undefined ? '' : `[${caller.padStart(6)}]`} `
}
