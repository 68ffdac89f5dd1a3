// SPDX-License-Identifier: MIT
import { SEAT_CPUS } from '../lib/locks/slots.ts'

/** How fast this host builds. */
export interface Speed {
  /** Wall seconds of a build that compiles next to nothing: copying a donor, the links, the checks. */
  readonly fixedS: number
  /** CPU seconds of one object. */
  readonly objectS: number
}

/** Measured on 2 cores: 745 objects of x86_64 with KASAN in 167 s, 434 in 113 s, 6 in 8.4 s. */
const MEASURED: Speed = { fixedS: 8, objectS: 0.45 }

/** A finished build. */
interface Finished {
  readonly compiled: number
  readonly durationMs: number
}

// Fewer objects tell nothing about one, as the links take longer; more tell nothing about the links.
const FEW = 20
const MANY = 200

// The lower one of two: what else runs on a host only makes a build slower.
const median = (values: readonly number[]): number | undefined =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length / 2) - 1]

/** The speed that these builds had on as many cores; what they do not show is as measured elsewhere. */
export const speedFrom = (builds: readonly Finished[], cores: number): Speed => {
  const few = builds.filter(({ compiled }) => compiled <= FEW)
  const fixedS = median(few.map(({ durationMs }) => durationMs / 1000)) ?? MEASURED.fixedS
  const many = builds.filter(({ compiled }) => compiled >= MANY)
  const objectS = median(
    many.map(({ compiled, durationMs }) => (Math.max(0, durationMs / 1000 - fixedS) * cores) / compiled),
  )
  return { fixedS, objectS: objectS ?? MEASURED.objectS }
}

/** Wall seconds of a build that compiles so many objects on so many cores. */
export const buildSeconds = ({ fixedS, objectS }: Speed, objects: number, cores: number): number =>
  fixedS + (objects * objectS) / cores

/**
 * Whether a build leaves most of a machine idle: its links and checks, which take one core or two, take longer than its
 * compilers would on the CPUs of one seat.
 */
export const fitsSeat = (speed: Speed, objects: number): boolean => (objects * speed.objectS) / SEAT_CPUS < speed.fixedS
