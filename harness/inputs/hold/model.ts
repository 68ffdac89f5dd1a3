// SPDX-License-Identifier: MIT
import type { LaneName } from '../../model/results.ts'

/** A place in the kernel's code, as a person names it. */
export type Place =
  | { readonly kind: 'symbol'; readonly symbol: string; readonly offset: number }
  | { readonly kind: 'line'; readonly file: string; readonly line: number }
  | {
      readonly kind: 'call'
      readonly symbol: string
      /** `*` is a call through a pointer. */
      readonly callee: string
      /** Which of the calls, from 1, in the order of addresses. */
      readonly nth: number
      readonly side: 'before' | 'after'
    }

/** The value by which two points find each other. */
export type Key =
  | { readonly kind: 'arg'; readonly n: number }
  | { readonly kind: 'ret' }
  | { readonly kind: 'register'; readonly name: string }

export interface Point {
  readonly place: Place
  readonly at: 'entry' | 'return'
  readonly key: Key | null
}

/** Which tasks a point is for. */
export type Whom =
  | { readonly kind: 'any' }
  | { readonly kind: 'kworkers' }
  | { readonly kind: 'tasks' }
  | { readonly kind: 'task'; readonly name: string }
  | { readonly kind: 'cpu'; readonly n: number }
  /** Calls of which the return address lies in this function. */
  | { readonly kind: 'from'; readonly symbol: string }

/** Who passes the point waits there: until another CPU has passed `until`, or for the whole time. */
export interface Delay {
  readonly kind: 'hold'
  readonly point: Point
  readonly whom: Whom
  readonly until: Point | null
  readonly us: number
  /** Empty: in every lane. */
  readonly lanes: readonly LaneName[]
}

/** The next calls return a value at once, without running the function. */
export interface Override {
  readonly kind: 'override'
  readonly point: Point
  readonly whom: Whom
  readonly value: bigint
  readonly calls: number
  readonly lanes: readonly LaneName[]
}

/** At each step of the sweep, the next allocation of this count fails in each of the tasks. */
export interface Sweep {
  readonly kind: 'sweep'
  readonly from: number
  readonly to: number
  readonly whom: SweepWhom
  readonly lanes: readonly LaneName[]
}

/** The kernel counts the allocations of each task. */
export type SweepWhom = Extract<Whom, { readonly kind: 'kworkers' | 'tasks' | 'task' }>

/** What happens at a place in the code. */
export type PointHold = Delay | Override

export type Hold = PointHold | Sweep

/** Whether it is about a place: all but a sweep. */
export const isAtPoint = (hold: Hold): hold is PointHold => hold.kind !== 'sweep'

export const isSweep = (hold: Hold): hold is Sweep => hold.kind === 'sweep'

export const DEFAULT_US = 15_000
export const MOST_US = 50_000
export const MOST_CALLS = 1_000_000
export const MOST_NTH = 1000

/** Whether the place is a function itself: only that has a return, and arguments at its entry. */
export const isFunction = (place: Place): boolean => place.kind === 'symbol' && place.offset === 0

/** What a point means that names neither entry nor return. */
export const defaultAt = (place: Place, role: 'held' | 'until'): Point['at'] =>
  role === 'until' && isFunction(place) ? 'return' : 'entry'
