// SPDX-License-Identifier: MIT
import { cleanText } from './clean.ts'

/** A value with every string in it cleaned, keys included. */
export const cleanDeep = <T>(value: T): T => {
  if (typeof value === 'string') return cleanText(value) as T
  if (Array.isArray(value)) return value.map(cleanDeep) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [cleanDeep(key), cleanDeep(entry)])) as T
}
