// SPDX-License-Identifier: MIT
import { AsyncLocalStorage } from 'node:async_hooks'

const background = new AsyncLocalStorage<true>()

/** Does work whose processes run at the lowest priority, however deep in it they start: they take what others leave. */
export const inBackground = <T>(work: () => Promise<T>): Promise<T> => background.run(true, work)

/** Does a part of such work at the usual priority: what others may wait for. */
export const inForeground = <T>(work: () => Promise<T>): Promise<T> => background.exit(work)

// Each group is a session, and a kernel with autogroups shares the CPUs between sessions whatever their processes' nice
// values are; the session has a value of its own.
const YIELD = '(echo 19 >/proc/self/autogroup) 2>/dev/null; exec nice -n 19 "$@"'

/** The argv that runs `argv` at the priority of the work that asks. */
export const atPriority = (argv: readonly string[]): readonly string[] =>
  background.getStore() ? ['/bin/sh', '-c', YIELD, 'zsharness-background', ...argv] : argv
