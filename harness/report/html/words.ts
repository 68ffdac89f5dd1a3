// SPDX-License-Identifier: MIT
import type { Tone } from '../../model/words.ts'

/** A number with thin spaces between thousands. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US').replaceAll(',', '\u202f')

/** A number in at most four characters: 950, 1.2k, 38k, 2M. */
export const short = (value: number): string => {
  const [scaled, unit] = value >= 999_500 ? [value / 1e6, 'M'] : value >= 1000 ? [value / 1e3, 'k'] : [value, '']
  return `${scaled >= 10 || Number.isInteger(scaled) ? Math.round(scaled) : scaled.toFixed(1)}${unit}`
}

/** `1 boot`, `3 boots`. */
export const many = (value: number, noun: string): string => `${count(value)} ${noun}${value === 1 ? '' : 's'}`

export const SIGNS: Readonly<Record<Tone, string>> = { good: '✓', bad: '✗', unsure: '?', broken: '!' }

/** An element's id made from any text. */
export const anchor = (text: string): string => `c-${text.replace(/[^A-Za-z0-9_.-]/g, '_')}`
