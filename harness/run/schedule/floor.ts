// SPDX-License-Identifier: MIT
import { type Capacity, chainSeconds, fitted, type Task } from './pick.ts'

/**
 * Seconds that no schedule of these tasks can beat on this machine: the work of all of them divided by the cores, or by the
 * memory, or their longest chain.
 */
export const floorSeconds = (tasks: readonly Task[], capacity: Capacity): number => {
  const fit = tasks.map((task) => fitted(task, capacity))
  const work = (need: 'cores' | 'memoryMiB'): number =>
    fit.reduce((sum, task) => sum + task[need] * task.seconds, 0) / capacity[need]
  return Math.max(0, work('cores'), work('memoryMiB'), ...chainSeconds(tasks).values())
}
