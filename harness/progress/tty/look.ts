// SPDX-License-Identifier: MIT
import { cut, textWidth } from './width.ts'

export type Style = 'plain' | 'bold' | 'dim' | 'good' | 'bad' | 'unsure' | 'busy'

/** A piece of a line. */
export type Span = readonly [text: string, style: Style]

/** What a terminal can show. */
export interface Look {
  readonly colours: boolean
  readonly unicode: boolean
}

const CODES: Readonly<Record<Style, string>> = {
  plain: '',
  bold: '1',
  dim: '2',
  good: '32',
  bad: '1;31',
  unsure: '33',
  busy: '36',
}

const isSet = (value: string | undefined): boolean => value !== undefined && value !== ''

/** What the terminal of this environment can show. */
export const lookOf = (env: Readonly<Record<string, string | undefined>>): Look => ({
  colours: !isSet(env.NO_COLOR),
  unicode: env.TERM !== 'linux' && /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || ''),
})

/** A line of these pieces, cut to this number of columns. */
export const paint = (spans: readonly Span[], columns: number, look: Look): string => {
  let [line, left] = ['', columns]
  for (const [text, style] of spans) {
    const fitting = cut(text, left, look.unicode ? '…' : '~')
    left -= textWidth(fitting)
    line += look.colours && CODES[style] !== '' ? `\u001b[${CODES[style]}m${fitting}\u001b[0m` : fitting
    if (fitting !== text) break
  }
  return line
}
