// SPDX-License-Identifier: MIT
import { type Capacity, chainSeconds, fitted, startable, type Task } from './pick.ts'

/** When a task runs, in seconds from the start. */
export interface Slot<T extends Task> {
  readonly task: T
  readonly from: number
  readonly to: number
}

/** The schedule of `drive` if every task takes as long as expected. */
export const simulate = <T extends Task>(tasks: readonly T[], capacity: Capacity): readonly Slot<T>[] => {
  const chains = chainSeconds(tasks)
  const ended = new Set<string>()
  const slots: Slot<T>[] = []
  let waiting = tasks.map((task) => fitted(task, capacity))
  let running: Slot<T>[] = []
  let now = 0
  for (;;) {
    const started = startable({ waiting, running: running.map(({ task }) => task), ended, chains, capacity })
    waiting = waiting.filter((task) => !started.includes(task))
    running.push(...started.map((task) => ({ task, from: now, to: now + task.seconds })))
    const [next] = [...running].sort((a, b) => a.to - b.to)
    if (!next) return slots
    now = next.to
    ended.add(next.task.id)
    slots.push(next)
    running = running.filter((slot) => slot !== next)
  }
}

/** Seconds until the last of these tasks ends. */
export const totalSeconds = (tasks: readonly Task[], capacity: Capacity): number =>
  Math.max(0, ...simulate(tasks, capacity).map(({ to }) => to))
