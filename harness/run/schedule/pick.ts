// SPDX-License-Identifier: MIT

/** One task: what it waits for, the resources that it needs, and its expected duration. */
export interface Task {
  readonly id: string
  /** Tasks that must have ended before, with success or not. */
  readonly after: readonly string[]
  readonly cores: number
  readonly memoryMiB: number
  readonly seconds: number
}

/** The resources for all tasks together. */
export interface Capacity {
  readonly cores: number
  readonly memoryMiB: number
}

/** The task with its needs limited to the capacity: otherwise it could never start. */
export const fitted = <T extends Task>(task: T, capacity: Capacity): T => ({
  ...task,
  cores: Math.min(task.cores, capacity.cores),
  memoryMiB: Math.min(task.memoryMiB, capacity.memoryMiB),
})

/** Seconds from the start of each task to the end of the longest chain of tasks that wait for it. */
export const chainSeconds = (tasks: readonly Task[]): ReadonlyMap<string, number> => {
  const followers = new Map<string, Task[]>()
  for (const task of tasks) for (const id of task.after) followers.set(id, [...(followers.get(id) ?? []), task])
  const known = new Map<string, number>()
  const of = (task: Task): number => {
    const found = known.get(task.id)
    if (found !== undefined) return found
    const value = task.seconds + Math.max(0, ...(followers.get(task.id) ?? []).map(of))
    known.set(task.id, value)
    return value
  }
  for (const task of tasks) of(task)
  return known
}

/** The tasks of a run at one moment. */
export interface Situation<T extends Task> {
  /** In the order of the plan, which decides between tasks of equal urgency. */
  readonly waiting: readonly T[]
  readonly running: readonly T[]
  readonly ended: ReadonlySet<string>
  readonly chains: ReadonlyMap<string, number>
  readonly capacity: Capacity
}

/**
 * The tasks to start now, the longest chain first. A smaller task never overtakes one that waits for resources:
 * otherwise a build, which needs the whole machine, would wait for the last boot.
 */
export const startable = <T extends Task>({
  waiting,
  running,
  ended,
  chains,
  capacity,
}: Situation<T>): readonly T[] => {
  const sum = (value: (task: T) => number): number => running.reduce((total, task) => total + value(task), 0)
  let cores = capacity.cores - sum((task) => task.cores)
  let memoryMiB = capacity.memoryMiB - sum((task) => task.memoryMiB)
  const ready = waiting.filter((task) => task.after.every((id) => ended.has(id)))
  const urgent = [...ready].sort((a, b) => (chains.get(b.id) ?? 0) - (chains.get(a.id) ?? 0))
  const started: T[] = []
  for (const task of urgent) {
    if (task.cores > cores || task.memoryMiB > memoryMiB) break
    cores -= task.cores
    memoryMiB -= task.memoryMiB
    started.push(task)
  }
  return started
}
