// SPDX-License-Identifier: MIT

// Watches standard input, a pipe that only the harness holds: its end means that the harness is done
// with this group or dead, by SIGKILL too. So make's grandchildren and QEMU never outlive it.
const SCRIPT = 'exec 3<&0; (cat <&3; kill -s KILL -- -$$) >/dev/null 2>&1 & exec "$@" </dev/null 3<&-'

/** The argv that runs `argv` in a process group which dies with its standard input. Needs a group of its own. */
export const guarded = (argv: readonly string[]): readonly [string, ...string[]] => [
  '/bin/sh',
  '-c',
  SCRIPT,
  'zsharness-guard',
  ...argv,
]
