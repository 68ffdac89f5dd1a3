// SPDX-License-Identifier: MIT

import { shellWord } from '../lib/text/shellword.ts'
import { EXIT } from '../model/errors.ts'
import { layout } from './layout.ts'
import type { SlurmTask } from './tasks.ts'

/**
 * What each array element runs. sbatch copies it to the node, so it knows the run's folder by its path. It needs a POSIX
 * shell and coreutils. A command that a signal ended, that could not start or that blames its host is no result.
 */
const BODY = `
tasks=$root/tasks
node=$(printf %s "\${SLURMD_NODENAME:-unknown}" | tr -c 'A-Za-z0-9_-' '-')
job=\${SLURM_JOB_ID:-0}
requeues=\${SLURM_RESTART_COUNT:-0}

# Slurm sends TERM to every process of the job, so the command gets its own.
ended=
trap 'ended=yes' TERM INT HUP

now() { date -u +%Y-%m-%dT%H:%M:%S.%3NZ; }

# tried: how many attempts at task $1 have begun, on whatever node
count() {
  tried=0
  for one in "$tasks/.$1".*; do
    case \${one#"$tasks/.$1."} in
    *.*.*.*) ;;
    *.*.*) tried=$((tried + 1)) ;;
    esac
  done
}

# group FILE: ends this element unless every task of the group has ended
group() {
  while read -r one; do
    [ -d "$tasks/$one" ] || { echo "$one has not ended yet"; exit 0; }
  done <"$1"
}

# task ID COMMAND...
task() {
  id=$1
  shift
  [ -z "$ended" ] || exit 143
  [ ! -d "$tasks/$id" ] || return 0
  count "$id"
  [ "$tried" -lt "$tries" ] || return 0
  own=$tasks/.$id.$node.$$.$((tried + 1))
  mkdir "$own" || return 0
  started=$(now)
  (cd "$own" && exec "$@") </dev/null >"$own/stdout" 2>"$own/stderr"
  status=$?
  if [ -n "$ended" ] || [ "$status" -ge 126 ] || [ "$status" -eq "$blamed" ]; then
    echo "$status" >"$own/exit"
    return 0
  fi
  printf '{"schemaVersion":1,"task":"%s","node":"%s","job":%s,"attempt":%s,"requeues":%s,"startedAt":"%s","endedAt":"%s","exit":%s}\\n' \\
    "$id" "$node" "$job" "$((tried + 1))" "$requeues" "$started" "$(now)" "$status" >"$own/result.json" || return 0
  mv -T "$own" "$tasks/$id" 2>/dev/null || [ ! -d "$tasks/$id" ] || rm -rf "$own"
}

. "$root/elements/$sub/$SLURM_ARRAY_TASK_ID"
`

/** The batch script of one submission. */
export const batchScript = (root: string, sub: number, retries: number): string =>
  [
    '#!/bin/sh',
    '# SPDX-License-Identifier: MIT',
    '# One array element of a zsharness run: its tasks in order, each committed by one rename.',
    'set -u',
    `root=${shellWord(root)}`,
    `sub=${sub}`,
    `tries=${retries + 1}`,
    `blamed=${EXIT.host}`,
    BODY.trimStart(),
  ].join('\n')

/** The file of one element, which the batch script reads: its tasks, and the group that they come after. */
export const elementText = (root: string, tasks: readonly SlurmTask[], group: number | undefined): string =>
  [
    ...(group === undefined ? [] : [`group ${shellWord(layout(root).group(group))}`]),
    ...tasks.map(({ id, command }) => ['task', ...[id, ...command].map(shellWord)].join(' ')),
    '',
  ].join('\n')
