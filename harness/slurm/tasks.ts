// SPDX-License-Identifier: MIT
import { UsageError } from '../model/errors.ts'

/** One command to run once on some node, and what it needs there. */
export interface SlurmTask {
  /** The name of its results folder. */
  readonly id: string
  readonly command: readonly string[]
  readonly cpus: number
  readonly memoryMiB: number
  /** Its limit. Slurm counts in minutes. */
  readonly minutes: number
  /** Features that its node must have, as `sbatch --constraint` reads them. */
  readonly constraint?: string | undefined
  /** The group that it belongs to, for others to come after. */
  readonly group?: string | undefined
  /** It starts when every task of this group has ended, well or not. */
  readonly after?: string | undefined
}

/** A name of a folder that no shell, no Slurm and no journal reads as anything else; the dot in front is that of attempts. */
export const TASK_ID = /^[A-Za-z0-9_+=@:,-][A-Za-z0-9_+=@:,.-]{0,149}$/

const wrong = (task: SlurmTask): string | undefined => {
  if (!TASK_ID.test(task.id)) return 'its id must be 1 to 150 letters, digits or _+=@:,.- and not begin with a dot'
  if (task.command.length === 0) return 'it has no command'
  if (task.command.some((word) => word.includes('\0'))) return 'its command has a NUL byte'
  for (const [name, value] of [
    ['cpus', task.cpus],
    ['memoryMiB', task.memoryMiB],
    ['minutes', task.minutes],
  ] as const)
    if (!Number.isSafeInteger(value) || value < 1) return `${name} is ${value}, not a whole number from 1`
  return undefined
}

/** The groups in an order in which each comes after what it waits for; undefined stands for tasks without a group. */
const groupsInOrder = (tasks: readonly SlurmTask[]): readonly (string | undefined)[] => {
  const waits = new Map<string | undefined, Set<string>>()
  for (const { group, after } of tasks) {
    const known = waits.get(group) ?? new Set()
    waits.set(group, after === undefined ? known : known.add(after))
  }
  const order: (string | undefined)[] = []
  while (order.length < waits.size) {
    const next = [...waits].filter(([one, after]) => !order.includes(one) && [...after].every((g) => order.includes(g)))
    if (next.length === 0) {
      const left = [...waits.keys()].filter((one) => !order.includes(one)).map((one) => one ?? 'no group')
      throw new UsageError(`the groups ${left.join(', ')} wait for each other`, 'let one of them start first')
    }
    order.push(...next.map(([one]) => one))
  }
  return order
}

/** The tasks in an order in which each comes after what it waits for; a UsageError when they cannot be run. */
export const checkedTasks = (tasks: readonly SlurmTask[]): readonly SlurmTask[] => {
  const ids = new Set<string>()
  const groups = new Set(tasks.map(({ group }) => group))
  for (const task of tasks) {
    const what = wrong(task)
    if (what !== undefined) throw new UsageError(`task ${JSON.stringify(task.id)}: ${what}`, 'correct the task')
    if (ids.has(task.id)) throw new UsageError(`two tasks have the id ${task.id}`, 'give each its own')
    ids.add(task.id)
    if (task.after !== undefined && !groups.has(task.after))
      throw new UsageError(`task ${task.id}: no task is in the group ${task.after}`, 'name a group that has tasks')
  }
  const order = groupsInOrder(tasks)
  return order.flatMap((group) => tasks.filter((task) => task.group === group))
}
