// SPDX-License-Identifier: MIT

/** A count with its noun: `1 boot`, `4 boots`. */
export const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
