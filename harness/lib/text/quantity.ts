// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

/** A whole number in a range, or a UsageError that names the flag. */
export const wholeNumber = (flag: string, text: string, min: number, max: number): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new UsageError(`${flag} ${text}: not a whole number from ${min} to ${max}`, `write it in digits, like ${min}`)
}

/** `digits` times its unit; undefined when `text` is not an amount in these units. */
const amount = (text: string, units: Readonly<Record<string, number>>): number | undefined => {
  const [, digits, unit = ''] = /^(\d{1,6})([a-zA-Z]?)$/.exec(text) ?? []
  const size = Object.hasOwn(units, unit) ? units[unit] : undefined
  return size === undefined ? undefined : Number(digits) * size
}

/** Seconds of `30`, `30s`, `2m` or `1h`; never 0. */
export const seconds = (flag: string, text: string): number => {
  const value = amount(text, { '': 1, s: 1, m: 60, h: 3600 })
  if (value) return value
  throw new UsageError(`${flag} ${text}: not a length of time`, 'write it like 30s, 2m or 1h')
}

/** Milliseconds of `90m`, `12h` or `7d`. */
export const ageMs = (flag: string, text: string): number => {
  const value = amount(text, { m: 60_000, h: 3_600_000, d: 86_400_000 })
  if (value !== undefined) return value
  throw new UsageError(`${flag} ${text}: not an age`, 'write it like 90m, 12h or 7d')
}

/** Bytes of `500M`, `20G` or `1T`, in powers of 1024. */
export const sizeBytes = (flag: string, text: string): number => {
  const value = amount(text, { M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 })
  if (value !== undefined) return value
  throw new UsageError(`${flag} ${text}: not a size`, 'write it like 500M, 20G or 1T')
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
