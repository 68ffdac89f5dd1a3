// SPDX-License-Identifier: MIT

// Both watch a pipe that only the harness holds open. It closes when the harness has finished with this group or has
// died, even by SIGKILL. So neither make's grandchildren nor QEMU outlive the harness.
const WATCH = '(read -r closed <&3; kill -s KILL -- -$$) >/dev/null 2>&1 &'
const ON_STDIN = `exec 3<&0; ${WATCH} exec "$@" </dev/null 3<&-`
const ON_FD_3 = `${WATCH} exec "$@" 3<&-`

const started = (script: string, argv: readonly string[]): readonly [string, ...string[]] => [
  '/bin/sh',
  '-c',
  script,
  'zsharness-guard',
  ...argv,
]

/** The argv that runs `argv` and kills its process group when standard input closes. It must lead its own group. */
export const guarded = (argv: readonly string[]): readonly [string, ...string[]] => started(ON_STDIN, argv)

/** The same with the pipe on file descriptor 3, for a program whose standard input somebody else sets up. */
export const guardedOnFd3 = (argv: readonly string[]): readonly [string, ...string[]] => started(ON_FD_3, argv)
