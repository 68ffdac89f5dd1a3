// SPDX-License-Identifier: MIT
import type { SlurmTask } from '../slurm/tasks.ts'
import type { Submission } from './model.ts'
import { tasksOf } from './tasks.ts'

/** The tasks of a submitted run, each for a node that fits its architecture. */
export const placedTasks = (submission: Submission, root: string): readonly SlurmTask[] => {
  const constraints = new Map(submission.parts.map(({ id, constraint }) => [id, constraint]))
  return tasksOf(submission, root).map((task) => {
    const constraint = constraints.get(task.id) ?? null
    return constraint === null ? task : { ...task, constraint }
  })
}
