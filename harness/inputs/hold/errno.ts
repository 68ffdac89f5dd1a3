// SPDX-License-Identifier: MIT
import { constants } from 'node:os'

// Two names may have one number; the first one is the usual one.
const NUMBERS = new Map<string, number>(Object.entries(constants.errno))

/** The number of an errno name such as ENOMEM. */
export const errnoOf = (name: string): number | undefined => NUMBERS.get(name)

/** The errno name of a number. */
export const errnoName = (number: number): string | undefined => [...NUMBERS].find(([, known]) => known === number)?.[0]
