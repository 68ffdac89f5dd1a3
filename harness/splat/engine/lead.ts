// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { namedIn } from '../parse/named.ts'
import { plainName } from '../parse/title.ts'

const RANK = { cause: 3, report: 2, trap: 1, panic: 0 } as const

const rank = (found: HeadMatch): number => RANK[found.head.layer ?? 'report']

/** The head that names the report: a cause before the report, a report before the trap that carried it. */
export const leadOf = (matches: readonly HeadMatch[]): HeadMatch =>
  matches.reduce((best, next) => (rank(next) > rank(best) ? next : best))

/** True where the header line names a place in the machine code. */
export const namesPlace = ({ match }: HeadMatch): boolean => /\+0x[0-9a-f]+\/0x[0-9a-f]+/.test(match.input)

/** Both functions of a race. Sorted: the kernel prints the two accesses in any order. */
export const raceSides = (lead: HeadMatch): readonly string[] => {
  const names = lead.match.input.slice(lead.match[0].length).split(' / ')
  return names.map((name) => plainName(name.replace(/\+0x[\s\S]*/, '').trim())).sort()
}

/** The function that the header line names. */
export const nameInHeader = (lead: HeadMatch): string | undefined =>
  lead.head.blame === 'race'
    ? raceSides(lead)[0]
    : namedIn(lead.match[0], lead.head.layer === 'panic' ? lead.match.input : undefined)
