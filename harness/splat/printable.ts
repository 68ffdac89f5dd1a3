// SPDX-License-Identifier: MIT
import { spellControls } from '../lib/text/clean.ts'

/** Text of a log for a terminal: control characters are spelled out, tabs are blanks. */
export const printable = (text: string): string => spellControls(text).replaceAll('\t', '    ')
