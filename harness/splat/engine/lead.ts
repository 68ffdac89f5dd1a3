// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'
import { plainName } from '../parse/title.ts'

const RANK = { cause: 3, report: 2, trap: 1, panic: 0 } as const

const rank = (found: HeadMatch): number => RANK[found.head.layer ?? 'report']

/** The head that names the report: a cause before the report, a report before the trap that carried it. */
export const leadOf = (matches: readonly HeadMatch[]): HeadMatch =>
  matches.reduce((best, next) => (rank(next) > rank(best) ? next : best))

/** Both functions of a race. Sorted: the kernel prints the two accesses in any order. */
export const raceSides = (lead: HeadMatch): readonly string[] => {
  const names = lead.match.input.slice(lead.match[0].length).split(' / ')
  return names.map((name) => plainName(name.replace(/\+0x.*$/, '').trim())).sort()
}

const NAMED =
  /(?: in | at \S+:\d+ (?:at )?|:\d+ at | at (?=[\w$.]+\+0x))(?!(?:process|invalid|preemptible|atomic|Error|Synchronous|FIQ|IRQ|kernel|code|mm)\b(?!\+))([A-Za-z_][\w.$]*)(?:\+0x|\s|$|,)/

/** `in foo+0x1/0x2` of a header line. */
export const nameInHeader = (lead: HeadMatch): string | undefined => {
  if (lead.head.blame === 'race') return raceSides(lead)[0]
  if (lead.head.layer === 'panic') return undefined
  const match = NAMED.exec(lead.match[0])
  return match?.[1] === undefined ? undefined : plainName(match[1])
}
