// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A stand-in for the explorer: a shell script that prints what it is given, line by line. `@wait` sleeps until it is
 * stopped, `@pause` for a second, `@exit N` ends it, and `@err TEXT` goes to the standard error. `{SHARD}` and `{N}` are those of `--shard`.
 */
const SCRIPT = `#!/bin/sh
shard=0 count=1 replay= list=
while [ $# -gt 0 ]; do
  case $1 in
  --shard) shard=\${2%/*} count=\${2#*/}; shift ;;
  --replay) replay=1; shift ;;
  --list) list=1 ;;
  esac
  shift
done
lines=$(dirname "$0")/lines.$shard
[ -e "$lines" ] || lines=$(dirname "$0")/lines
[ -z "$replay" ] || lines=$(dirname "$0")/lines.replay
[ -z "$list" ] || lines=$(dirname "$0")/lines.list
while IFS= read -r line; do
  case $line in
  '@wait') exec sleep 60 ;;
  '@pause') sleep 1 ;;
  '@exit '*) exit "\${line#@exit }" ;;
  '@err '*) printf '%s\\n' "\${line#@err }" >&2 ;;
  *) printf '%s\\n' "$line" | sed "s/{SHARD}/$shard/; s/{N}/$count/" ;;
  esac
done <"$lines"
`

type Line = string | object

const text = (lines: readonly Line[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')

/** Writes the stand-in to a folder, with what each shard, or every one, prints; returns its path. */
export const writeStub = async (dir: string, lines: Readonly<Record<string, readonly Line[]>>): Promise<string> => {
  await mkdir(dir, { recursive: true })
  const program = join(dir, 'explorer')
  await writeFile(program, SCRIPT, { mode: 0o755 })
  const list = ['a', 'b'].flatMap((name) => [`# ${name}`, 'setup:', 'thread:', '\tshrink', 'thread:', '\tfree 0'])
  for (const [name, said] of Object.entries({ 'lines.list': list, ...lines }))
    await writeFile(join(dir, name), text(said))
  return program
}
