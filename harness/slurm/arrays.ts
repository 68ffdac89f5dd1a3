// SPDX-License-Identifier: MIT
import type { SlurmTask } from './tasks.ts'

/** Elements of one array, which all get the same resources. */
export interface ArrayPlan {
  readonly cpus: number
  readonly memoryMiB: number
  readonly constraint: string | undefined
  readonly group: string | undefined
  readonly after: string | undefined
  readonly elements: readonly (readonly SlurmTask[])[]
}

const shapeOf = ({ cpus, memoryMiB, minutes, constraint, group, after }: SlurmTask): string =>
  JSON.stringify([group ?? null, after ?? null, cpus, memoryMiB, minutes, constraint ?? null])

const chunked = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))

// A controller keeps ten thousand jobs by default, for all its users.
const POLITE_ELEMENTS = 1_000

/** Tasks for each element, where nobody says: as few as a thousand elements allow. */
export const chunkFor = (tasks: number): number => Math.max(1, Math.ceil(tasks / POLITE_ELEMENTS))

/** The arrays for these tasks, in their order: one for each kind of resources, of at most `maxArraySize` elements. */
export const planArrays = (tasks: readonly SlurmTask[], chunk: number, maxArraySize: number): readonly ArrayPlan[] => {
  const shapes = new Map<string, SlurmTask[]>()
  for (const task of tasks) {
    const shape = shapeOf(task)
    const same = shapes.get(shape)
    if (same) same.push(task)
    else shapes.set(shape, [task])
  }
  return [...shapes.values()].flatMap((same) =>
    chunked(chunked(same, chunk), maxArraySize).map((elements) => {
      const { cpus, memoryMiB, constraint, group, after } = same[0]!
      return { cpus, memoryMiB, constraint, group, after, elements }
    }),
  )
}

/** The limit of an element: its tasks run one after another. */
export const minutesOf = ({ elements }: ArrayPlan): number =>
  Math.max(...elements.map((tasks) => tasks.reduce((sum, { minutes }) => sum + minutes, 0)))
