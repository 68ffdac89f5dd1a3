// SPDX-License-Identifier: MIT

/** The exit codes that `git bisect run` expects, and those of a test script. */
export const GIT = { good: 0, bad: 1, skip: 125, stop: 128 } as const
