// SPDX-License-Identifier: MIT

/** Whether this is one of the `full` projects of `npm run test:long`. */
export const isFull = process.env.ZSHARNESS_FULL === '1'

/** How often something is tried: less in `npm test`, in full in `npm run test:long`. */
export const often = (fast: number, full: number): number => (isFull ? full : fast)
