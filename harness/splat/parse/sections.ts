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
import { lookup, question } from '../lines/shape.ts'
import { anyOf, beginsWith, holding, leading, namesIn, remembered, type Tester } from '../patterns.ts'
import { plainName } from './title.ts'

/** Whose frames follow. */
export type Section = 'main' | 'alloc' | 'free' | 'aside' | 'acquire'

const LOCK_CHAIN = beginsWith(lockChains)
const isUnsafeChain = holding([' to a HARDIRQ-irq-unsafe lock'], /^.* to a HARDIRQ-irq-unsafe lock/)
const isAcquisition = holding(['trying to ', '] takes:', 'just changed the state'], new RegExp(anyOf(acquisitions)))

/** Lines after which the frames are of another stack; the first pattern that matches counts. */
const SECTIONS: readonly (readonly [Tester, Section])[] = [
  [{ test: (text) => LOCK_CHAIN.test(text) || isUnsafeChain(text) }, 'aside'],
  [beginsWith(allocations), 'alloc'],
  [beginsWith(frees), 'free'],
  [beginsWith(asides), 'aside'],
  [{ test: isAcquisition }, 'acquire'],
  [beginsWith(ownStacks), 'main'],
]

/** The section that begins below a line. */
export const sectionBelow = lookup(({ text }) => SECTIONS.find(([re]) => re.test(text))?.[1])

const STRANGER = beginsWith(strangers)
/** Where a report of something else begins. */
export const isStranger = question((text) => STRANGER.test(text))

const STRANGER_LINE = beginsWith(strangerLines)
/** Its lines before its stack. */
export const isStrangerLine = question((text) => STRANGER_LINE.test(text))

const RACE = beginsWith([
  /(?:race at unknown origin, with )?(?:(?:read|write|read-write|assert no \w+)(?: \(\w+\))? )?(?:to|of) 0x[0-9a-f]+ of \d+ bytes by (?:task|interrupt)/,
  /(?:race at unknown origin, with )?(?:read|write|read-write|assert no (?:writes|accesses))(?: \([a-z]+\))? to 0x/,
])

/** One side of a race, as KCSAN prints it. */
export const isRace = question((text) => RACE.test(text))

const isInterrupt = namesIn(
  interrupts.map(({ source }) => new RegExp(`(?:__)?(?:asm_|xen_|smp_|ret_from_)?(?:sysvec_|idtentry_)?(?:${source})`)),
)

/** Functions through which an interrupt enters, by their names in frames. */
export const entersInterrupt = remembered((name) => isInterrupt(plainName(name)))

/** End of the stack of the NMI that asked for a dump. */
export const endsNmi = question(leading(/^<\/NMI>|^<<EOE>>|^<EOE>/))

/** Up to 4.8 the end of the interrupt's stack; later kernels print `</IRQ>`. */
export const endsOldIrq = question(leading(/^<EOI>/))

const OWN = beginsWith(reportLines)
/** Lines that a report has, besides frames. */
export const isReportLine = question((text) => OWN.test(text))

const EVIDENCE = beginsWith(evidence)
/** Lines that nothing but a report prints. */
export const isEvidence = question((text) => EVIDENCE.test(text))
