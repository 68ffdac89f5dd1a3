// SPDX-License-Identifier: MIT
import { cleanText } from './clean.ts'

// Not characters to XML 1.0, and to nobody else.
const NONCHARACTERS = /[\ufffe\uffff]/g

/** A value with every text in it cleaned, keys too. */
export const cleanDeep = <T>(value: T): T => {
  if (typeof value === 'string') return cleanText(value).replace(NONCHARACTERS, '\ufffd') as T
  if (Array.isArray(value)) return value.map(cleanDeep) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [cleanDeep(key), cleanDeep(entry)])) as T
}
