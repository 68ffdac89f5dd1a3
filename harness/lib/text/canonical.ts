// SPDX-License-Identifier: MIT

const sorted = (_: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** JSON in which equal values have equal texts: without spaces, with the names of each object sorted. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted)
