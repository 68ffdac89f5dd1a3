// SPDX-License-Identifier: MIT
import type { Commit } from '../core/graph.ts'

/** One commit of a drawn graph; lane 0 is the leftmost. */
export interface GraphRow<T> {
  readonly commit: T
  readonly lane: number
  /** Lanes that pass this commit. */
  readonly through: readonly number[]
  /** Lanes of its children, which end here. */
  readonly into: readonly number[]
  /** Lanes of its parents, which start here or continue. */
  readonly out: readonly number[]
}

const take = (lanes: (string | null)[], id: string): number => {
  const free = lanes.indexOf(null)
  const lane = free >= 0 ? free : lanes.length
  lanes[lane] = id
  return lane
}

const open = (lanes: readonly (string | null)[]): readonly number[] =>
  lanes.flatMap((id, lane) => (id === null ? [] : [lane]))

/** Commits, every child before its parents, as rows with lines between them; parents outside the range get no line. */
export const drawLanes = <T extends Commit>(commits: readonly T[]): readonly GraphRow<T>[] => {
  const shown = new Set(commits.map(({ id }) => id))
  const lanes: (string | null)[] = []
  return commits.map((commit) => {
    const into = open(lanes).filter((lane) => lanes[lane] === commit.id)
    const lane = into[0] ?? take(lanes, commit.id)
    for (const ended of [...into, lane]) lanes[ended] = null
    const through = open(lanes)
    const [first, ...others] = commit.parents.filter((id) => shown.has(id))
    // A first parent stays in the lane of its child, so that a branch is a straight line down to its fork.
    if (first !== undefined) lanes[lane] = first
    const joined = others.map((id) => (lanes.includes(id) ? lanes.indexOf(id) : take(lanes, id)))
    const out = first === undefined ? [] : [lane, ...joined]
    return { commit, lane, through, into, out }
  })
}
