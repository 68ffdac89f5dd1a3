// SPDX-License-Identifier: MIT
import { evidence, reportLines } from '../data/report-lines.ts'
import {
  acquisitions,
  allocations,
  asides,
  frees,
  interrupts,
  lockChains,
  ownStacks,
  strangerLines,
  strangers,
} from '../data/sections.ts'
import { anyOf, beginsWith, namesIn, type Tester } from '../patterns.ts'

/** Whose frames follow. */
export type Section = 'main' | 'alloc' | 'free' | 'aside' | 'acquire'

/** Lines after which the frames are of another stack; the first pattern that matches counts. */
export const SECTIONS: readonly (readonly [Tester, Section])[] = [
  [beginsWith(lockChains), 'aside'],
  [beginsWith(allocations), 'alloc'],
  [beginsWith(frees), 'free'],
  [beginsWith(asides), 'aside'],
  [new RegExp(anyOf(acquisitions)), 'acquire'],
  [beginsWith(ownStacks), 'main'],
]

/** Where a report of something else begins. */
export const STRANGER = beginsWith(strangers)

/** Its lines before its stack. */
export const STRANGER_LINE = beginsWith(strangerLines)

/** One side of a race, as KCSAN prints it. */
export const RACE = beginsWith([
  /(?:race at unknown origin, with )?(?:(?:read|write|read-write|assert no \w+)(?: \(\w+\))? )?(?:to|of) 0x[0-9a-f]+ of \d+ bytes by (?:task|interrupt)/,
  /(?:race at unknown origin, with )?(?:read|write|read-write|assert no (?:writes|accesses))(?: \([a-z]+\))? to 0x/,
])

/** Functions through which an interrupt enters. */
export const INTERRUPT: Tester = {
  test: namesIn(
    interrupts.map(
      ({ source }) => new RegExp(`(?:__)?(?:asm_|xen_|smp_|ret_from_)?(?:sysvec_|idtentry_)?(?:${source})`),
    ),
  ),
}

/** End of the stack of the NMI that asked for a dump. */
export const END_NMI = /^<\/NMI>|^<<EOE>>|^<EOE>/

/** Up to 4.8 the end of the interrupt's stack; later kernels print `</IRQ>`. */
export const OLD_END_IRQ = /^<EOI>/

/** Lines that a report has, besides frames. */
export const OWN = beginsWith(reportLines)

/** Lines that nothing but a report prints. */
export const EVIDENCE = beginsWith(evidence)
