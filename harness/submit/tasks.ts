// SPDX-License-Identifier: MIT
import type { SlurmTask } from '../slurm/tasks.ts'
import { submitLayout } from './layout.ts'
import type { PartPlan, Submission } from './model.ts'

// A task works in a folder of its own, and relative names on the command line are meant from where it was typed.
const START = 'own=$PWD; cd "$1" && shift && exec "$@" --results "$own"'

const BUILD_MIN = 30
const BOOT_MIN = 10
const START_MIN = 20

/** Far more than a part takes: zsharness has its own limits, this one ends what hangs. */
const minutesOf = ({ builds, cells }: PartPlan): number => START_MIN + builds * BUILD_MIN + cells.length * BOOT_MIN

/**
 * What a node runs for a part. Its kernels are those of the cache that the node sees or of the store of the run, built by
 * the part that it comes after, or built again where there is neither. The store is on the command line or, with a
 * password, in $ZSHARNESS_STORE, which jobs get.
 */
const commandOf = ({ cwd, program, argv }: Submission, root: string, { id }: PartPlan): readonly string[] => [
  ...['sh', '-c', START, 'zsharness', cwd],
  ...program,
  ...argv,
  ...['--format', 'jsonl', '--part', submitLayout(root).part(id)],
]

/** The tasks of a submitted run: one for each part. */
export const tasksOf = (submission: Submission, root: string): readonly SlurmTask[] => {
  const { buildCpus, buildMiB, bootCpus, bootMiB } = submission.resources
  return submission.parts.map((part) => ({
    id: part.id,
    command: commandOf(submission, root, part),
    ...(part.after === null ? { cpus: buildCpus, memoryMiB: buildMiB } : { cpus: bootCpus, memoryMiB: bootMiB }),
    minutes: minutesOf(part),
    ...(part.after === null ? { group: part.id } : { group: `after ${part.after}`, after: part.after }),
  }))
}
