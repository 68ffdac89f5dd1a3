// SPDX-License-Identifier: MIT
import type { Splat } from '../model.ts'

interface Kept {
  readonly splat: Splat
  readonly boot: number
}

/** Reports after which the kernel is not reliable: locks are held, memory is corrupt, a CPU is lost. */
const BREAKS = new Set([
  'oops',
  'kernel-bug',
  'kasan',
  'kfence',
  'list',
  'slab',
  'usercopy',
  'rcu-stall',
  'soft-lockup',
  'hard-lockup',
  'panic',
  'refcount',
  'odebug',
])
const ENDS = new Set(['panic', 'unexpected-reboot'])
const NEAR_S = 1

const isNear = (early: Splat, late: Splat): boolean =>
  early.timeS !== null && late.timeS !== null && Math.abs(late.timeS - early.timeS) <= NEAR_S

/** A report, and its place in the list. */
interface Placed {
  readonly splat: Splat
  readonly at: number
}

/** The earlier reports of one boot, in which the first cause of a report is found without a look at all of them. */
class Earlier {
  /** The first report that breaks the kernel, and the first two that an end of the kernel may follow from. */
  #broken: Placed | undefined
  #first: Placed | undefined
  #firstButOom: Placed | undefined
  readonly #ofFunction = new Map<string, Placed>()
  readonly #ofPid = new Map<number, Placed[]>()

  add(placed: Placed): void {
    const { family, function: name, pid, timeS } = placed.splat
    if (BREAKS.has(family)) this.#broken ??= placed
    this.#first ??= placed
    if (family !== 'oom') this.#firstButOom ??= placed
    if (name !== null && !this.#ofFunction.has(name)) this.#ofFunction.set(name, placed)
    // Behind a report that breaks the kernel, no task can be the first cause.
    if (pid === null || timeS === null || this.#broken !== undefined) return
    const list = this.#ofPid.get(pid)
    if (list === undefined) this.#ofPid.set(pid, [placed])
    else list.push(placed)
  }

  /** The first one that caused this report. */
  causeOf(late: Splat): number | undefined {
    if (ENDS.has(late.family)) return (late.kind === 'oom' ? this.#first : this.#firstButOom)?.at
    const ofTask = late.pid === null ? undefined : this.#ofPid.get(late.pid)?.find(({ splat }) => isNear(splat, late))
    const ofFunction = late.function === null ? undefined : this.#ofFunction.get(late.function)
    const places = [this.#broken, ofTask, ofFunction].flatMap((placed) => placed?.at ?? [])
    return places.length === 0 ? undefined : Math.min(...places)
  }
}

/** Links each report to the first earlier one of the same boot that caused it. */
export const linkConsequences = (kept: readonly Kept[]): readonly Splat[] => {
  const boots = new Map<number, Earlier>()
  return kept.map(({ splat, boot }, at) => {
    const earlier = boots.get(boot) ?? new Earlier()
    boots.set(boot, earlier)
    const cause = earlier.causeOf(splat)
    earlier.add({ splat, at })
    return cause === undefined ? splat : { ...splat, consequenceOf: cause }
  })
}
