// SPDX-License-Identifier: MIT

/** How often something is tried: less in `npm test`, in full in the `full` project of `npm run test:long`. */
export const often = (fast: number, full: number): number => (process.env.ZSHARNESS_FULL === '1' ? full : fast)
