// SPDX-License-Identifier: MIT
import { GIT_EXIT } from '../model/errors.ts'

/** The exit codes that `git bisect run` expects, and those of a test script. */
export const GIT = { good: 0, bad: 1, skip: 125, stop: GIT_EXIT.usage } as const
