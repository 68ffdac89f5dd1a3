// SPDX-License-Identifier: MIT
import type { TreeState, Work } from './state.ts'

/** A cell under its pair. */
export interface Leaf {
  readonly name: string
  readonly scope: string
  /** Undefined before it starts. */
  readonly work: Work | undefined
}

export interface Branch {
  readonly name: string
  /** The pair itself, once there is an event for it. */
  readonly work: Work | undefined
  readonly leaves: readonly Leaf[]
}

const CELL = /^(.+)-((?:before|after)(?:-run\d+)?)$/

/** Scopes grouped into pairs of cells, in the order of the plan and of their appearance. */
export const treeOf = ({ planned, work }: TreeState): readonly Branch[] => {
  const branches = new Map<string, { name: string; work: Work | undefined; leaves: Leaf[] }>()
  const branch = (name: string) => {
    const old = branches.get(name) ?? { name, work: undefined, leaves: [] }
    branches.set(name, old)
    return old
  }
  const early = [...work.keys()].filter((scope) => !CELL.test(scope))
  for (const scope of new Set([...early, ...planned, ...work.keys()])) {
    const cell = CELL.exec(scope)
    if (cell) branch(cell[1]!).leaves.push({ name: cell[2]!, scope, work: work.get(scope) })
    else branch(scope).work = work.get(scope)
  }
  return [...branches.values()].sort((a, b) => Number(a.leaves.length > 0) - Number(b.leaves.length > 0))
}
