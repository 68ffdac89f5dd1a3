// SPDX-License-Identifier: MIT

// Watches standard input, a pipe that only the harness holds open. It closes when the harness has finished with this
// group or has died, even by SIGKILL. So neither make's grandchildren nor QEMU outlive the harness.
const SCRIPT = 'exec 3<&0; (cat <&3; kill -s KILL -- -$$) >/dev/null 2>&1 & exec "$@" </dev/null 3<&-'

/** The argv that runs `argv` and kills its process group when standard input closes. It must lead its own group. */
export const guarded = (argv: readonly string[]): readonly [string, ...string[]] => [
  '/bin/sh',
  '-c',
  SCRIPT,
  'zsharness-guard',
  ...argv,
]
