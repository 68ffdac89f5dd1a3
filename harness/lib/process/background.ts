// SPDX-License-Identifier: MIT
import { AsyncLocalStorage } from 'node:async_hooks'

const niceness = new AsyncLocalStorage<number>()

/** Takes what others leave. */
export const LOWEST = 19
/** About a quarter of a CPU that a build wants too: soon done, and hardly felt. */
export const LOW = 5

/** Does work whose processes run at a lower priority, however deep in it they start. */
export const atNiceness = <T>(nice: number, work: () => Promise<T>): Promise<T> => niceness.run(nice, work)

/** Does a part of such work at the usual priority: what others may wait for. */
export const inForeground = <T>(work: () => Promise<T>): Promise<T> => niceness.exit(work)

// Each group is a session, and a kernel with autogroups shares the CPUs between sessions whatever their processes' nice
// values are; the session has a value of its own.
const YIELD = '(echo "$0" >/proc/self/autogroup) 2>/dev/null; exec nice -n "$0" "$@"'

/** The argv that runs `argv` at the priority of the work that asks. */
export const atPriority = (argv: readonly string[]): readonly string[] => {
  const nice = niceness.getStore()
  return nice === undefined ? argv : ['/bin/sh', '-c', YIELD, `${nice}`, ...argv]
}
