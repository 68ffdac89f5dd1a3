// SPDX-License-Identifier: MIT
import type { Body, Step } from './code.ts'

// BUG() and functions that never return: what follows is other code.
const ENDS = /^(?:ud2|brk|udf|hlt)$/
const NEVER_RETURN = /<(?:panic|__stack_chk_fail|fortify_panic|__fortify_panic|usercopy_abort|do_exit|make_task_dead)>/

const endsThere = ({ flow, mnemonic, operands }: Step): boolean =>
  flow === 'jump' || flow === 'return' || ENDS.test(mnemonic) || (flow === 'call' && NEVER_RETURN.test(operands))

const known = new WeakMap<Body, readonly (readonly number[])[]>()

const readSuccessors = ({ steps }: Body): readonly (readonly number[])[] => {
  const at = new Map(steps.map(({ address }, index) => [address, index]))
  return steps.map((step, index) => {
    const jumps = step.flow === 'jump' || step.flow === 'branch'
    const target = jumps && step.target !== undefined ? at.get(step.target) : undefined
    const next = endsThere(step) || index + 1 === steps.length ? [] : [index + 1]
    return target === undefined ? next : [...next, target]
  })
}

/** For each instruction of a body those that may come after it in the same body. */
const successorsOf = (body: Body): readonly (readonly number[])[] => {
  const found = known.get(body) ?? readSuccessors(body)
  known.set(body, found)
  return found
}

/** Instructions of an inlined function that belong together. */
export interface Region {
  /** Where it is entered. */
  readonly entry: number
  /** Where the code goes on after it. */
  readonly exits: readonly number[]
}

interface Fragment {
  readonly first: number
  readonly last: number
  readonly steps: number
}

// The compiler moves instructions of the caller between those of the inlined function.
const NEAR = 8

const fragmentsOf = (indexes: readonly number[]): readonly Fragment[] => {
  const fragments: { first: number; last: number; steps: number }[] = []
  for (const index of indexes) {
    const open = fragments.at(-1)
    if (open !== undefined && index - open.last <= NEAR) {
      open.last = index
      open.steps += 1
    } else fragments.push({ first: index, last: index, steps: 1 })
  }
  return fragments
}

const within = ({ first, last }: Fragment): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, offset) => first + offset)

/** Puts together the fragments between which the code jumps: a slow path belongs to the fast one. */
const groupsOf = (
  fragments: readonly Fragment[],
  successors: readonly (readonly number[])[],
): readonly (readonly Fragment[])[] => {
  const fragmentAt = new Map(fragments.flatMap((one) => within(one).map((step) => [step, one] as const)))
  let groups: (readonly Fragment[])[] = fragments.map((one) => [one])
  const join = (a: Fragment, b: Fragment): void => {
    const both = groups.filter((group) => group.includes(a) || group.includes(b))
    if (both.length === 2) groups = [...groups.filter((group) => !both.includes(group)), both.flat()]
  }
  for (const [step, one] of fragmentAt)
    for (const next of successors[step]!) {
      const other = fragmentAt.get(next)
      if (other !== undefined && other !== one) join(one, other)
    }
  return groups
}

const sizeOf = (group: readonly Fragment[]): number => group.reduce((sum, { steps }) => sum + steps, 0)

const regionOf = (group: readonly Fragment[], successors: readonly (readonly number[])[]): Region => {
  const inside = new Set(group.flatMap(within))
  const entries = successors.flatMap((next, index) => (inside.has(index) ? [] : next.filter((one) => inside.has(one))))
  const exits = [...inside].flatMap((index) => successors[index]!.filter((one) => !inside.has(one)))
  return {
    entry: Math.min(...(entries.length > 0 ? entries : inside)),
    exits: [...new Set(exits)].sort((a, b) => a - b),
  }
}

/** The regions of one inlined call: more than one where the compiler copied it for several paths. */
export const regionsOf = (body: Body, indexes: readonly number[]): readonly Region[] => {
  const successors = successorsOf(body)
  const groups = groupsOf(fragmentsOf(indexes), successors)
  const most = Math.max(...groups.map(sizeOf))
  // A moved instruction is no copy.
  return groups.filter((group) => sizeOf(group) * 2 >= most).map((group) => regionOf(group, successors))
}
