// SPDX-License-Identifier: MIT

import { cleanText } from '../../lib/text/clean.ts'
import { withoutSlashes } from '../../lib/text/trailing.ts'

/** The most characters of an excerpt. */
const MAX_EXCERPT = 16_384
const MAX_TEXT = 2_000

const cut = (text: string, max: number): string => {
  if (text.length <= max) return text
  // Not through a character.
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, '')
}

/** A text of any origin: without NUL, and of a length that a database takes. */
export const plain = (text: string): string => cut(cleanText(text), MAX_TEXT)

/** The beginning of a log: the cause comes first. */
export const excerpt = (lines: readonly string[]): string => cut(cleanText(lines.join('\n')), MAX_EXCERPT)

type Given<T> = { readonly [K in keyof T]: Exclude<T[K], undefined | null> }

/** The fields that have a value: nothing of KCIDB may be null. */
export const given = <T extends object>(fields: T): Partial<Given<T>> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  ) as Partial<Given<T>>

/** An id: the origin, and what is unique for it, whatever characters a name has. */
export const idOf = (origin: string, ...parts: readonly string[]): string =>
  `${origin}:${parts.map((part) => cleanText(part).replace(/[^\w.+-]/g, (one) => `_${one.codePointAt(0)!.toString(16)}_`)).join('-')}`

/** Seconds of milliseconds. */
export const secondsOf = (ms: number): number | undefined =>
  Number.isFinite(ms) && ms >= 0 ? Math.round(ms) / 1000 : undefined

/** A folder below what the user publishes, as a URL; undefined where nothing is published. */
export const urlOf = (baseUrl: string | null, ...parts: readonly string[]): string | undefined =>
  baseUrl === null ? undefined : [withoutSlashes(baseUrl), ...parts.map(encodeURIComponent)].join('/')
