// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

/** A whole number in a range, or a UsageError that names the flag. */
export const wholeNumber = (flag: string, text: string, min: number, max: number): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new UsageError(`${flag} ${text}: not a whole number from ${min} to ${max}`)
}

/** Seconds of `30`, `30s`, `2m` or `1h`. */
export const seconds = (flag: string, text: string): number => {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text)
  const value = match ? Number(match[1]) * { s: 1, m: 60, h: 3600 }[(match[2] ?? 's') as 's' | 'm' | 'h'] : 0
  if (value > 0) return value
  throw new UsageError(`${flag} ${text}: not a length of time`, 'write it as in 30s, 2m or 1h')
}

/** A probability such as 0.99, at least `min` and at most `max`; below 1 without `max`. */
export const probability = (flag: string, text: string, min: number, max?: number): number => {
  const value = Number(text)
  const inRange = value >= min && (max === undefined ? value < 1 : value <= max)
  if (/^(\d?\.\d+|[01](\.0*)?)$/.test(text) && inRange) return value
  throw new UsageError(
    `${flag} ${text}: not a probability from ${min} to ${max === undefined ? 'below 1' : max}`,
    'write it as in 0.9',
  )
}
