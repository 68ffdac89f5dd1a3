// SPDX-License-Identifier: MIT
import { type Capacity, chainSeconds, fitted, startable, type Task } from './pick.ts'

/**
 * Does all tasks, and those that they add, as many at once as the capacity allows. After the first error no task starts; it
 * is thrown when the running ones have ended.
 */
export const drive = async <T extends Task>(
  tasks: readonly T[],
  capacity: Capacity,
  work: (task: T, add: (more: readonly T[]) => void) => Promise<void>,
): Promise<void> => {
  const chains = new Map(chainSeconds(tasks))
  const ended = new Set<string>()
  const running = new Map<T, Promise<T>>()
  let waiting = tasks.map((task) => fitted(task, capacity))
  let failure: { readonly error: unknown } | undefined
  const add = (more: readonly T[]): void => {
    for (const [id, seconds] of chainSeconds(more)) chains.set(id, seconds)
    waiting = [...waiting, ...more.map((task) => fitted(task, capacity))]
  }
  const start = (task: T): void => {
    const done = work(task, add).catch((error: unknown) => {
      failure ??= { error }
    })
    running.set(
      task,
      done.then(() => task),
    )
  }
  for (;;) {
    if (!failure) {
      const now = startable({ waiting, running: [...running.keys()], ended, chains, capacity })
      waiting = waiting.filter((task) => !now.includes(task))
      for (const task of now) start(task)
    }
    if (running.size === 0) break
    const task = await Promise.race(running.values())
    running.delete(task)
    ended.add(task.id)
  }
  if (failure) throw failure.error
}
