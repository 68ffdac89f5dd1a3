// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import type { HeadMatch } from '../families.ts'
import type { Splat } from '../model.ts'
import { readBody } from '../parse/body.ts'
import { findGuilt, namesOf } from '../parse/guilty.ts'
import { isMachinery } from '../parse/machinery.ts'
import type { Body } from '../parse/report-body.ts'
import { normalizeText, plainName } from '../parse/title.ts'

/** What the engine knows of a report when it is over. */
export interface Draft {
  readonly matches: readonly HeadMatch[]
  readonly texts: readonly string[]
  readonly raws: readonly string[]
  readonly line: number
  readonly timeS: number | undefined
  readonly kernel: string | undefined
  /** The log ended inside the report. */
  readonly atEnd: boolean
  /** Lines of another report are between its lines. */
  readonly mixed: boolean
  /** A line of the report was longer than printk can print. */
  readonly cut: boolean
  readonly fromKernel: boolean
}

const RANK = { cause: 3, report: 2, trap: 1, panic: 0 } as const

const rank = (found: HeadMatch): number => RANK[found.head.layer ?? 'report']

/** The head that names the report: a cause before the report, a report before the trap that carried it. */
export const leadOf = (matches: readonly HeadMatch[]): HeadMatch =>
  matches.reduce((best, next) => (rank(next) > rank(best) ? next : best))

const believable = (draft: Draft, lead: HeadMatch, body: Body): boolean => {
  if (body.evidence > 0 || (lead.head.bare === true && draft.fromKernel)) return true
  // Scripts quote the panic line; the kernel prints more below it.
  if (lead.head.bare === true) return lead.family.name !== 'panic' || draft.atEnd || draft.matches.length > 1
  if (lead.head.weak === true || !draft.fromKernel) return false
  return draft.atEnd || body.dropped || draft.matches.length > 1
}

const corruption = (draft: Draft, lead: HeadMatch, body: Body, frames: number): string | undefined => {
  if (body.dropped) return 'printk messages were dropped inside the report'
  if (draft.cut) return 'a line of the report is longer than the kernel prints, and was cut'
  if (draft.mixed && frames === 0) return 'interleaved with another report'
  if (lead.head.bare === true || lead.head.blame === 'none' || frames > 0) return undefined
  return draft.atEnd ? 'truncated: the log ends inside the report' : 'no stack frames'
}

// Sorted: the kernel prints the two racing accesses in any order.
const raceSides = (lead: HeadMatch): readonly string[] => {
  const names = lead.match.input.slice(lead.match[0].length).split(' / ')
  return names.map((name) => plainName(name.replace(/\+0x[\s\S]*/, '').trim())).sort()
}

/** `in foo+0x1/0x2` of a header line. */
const namedFunction = (lead: HeadMatch): string | undefined => {
  if (lead.head.blame === 'race') return raceSides(lead)[0]
  if (lead.head.layer === 'panic') return undefined
  const match = /(?: in | at \S+:\d+ (?:at )?)([A-Za-z_][\w.$]*)(?:\+0x|\s|$|,)/.exec(lead.match[0])
  return match?.[1] === undefined ? undefined : plainName(match[1])
}

// A free is in the kind already.
const ACCESS = { read: 'Read ', write: 'Write ', exec: 'Exec ', free: '' } as const

const fillTitle = (lead: HeadMatch, body: Body, name: string | undefined): string => {
  const template = typeof lead.head.title === 'string' ? lead.head.title : lead.head.title(lead.match)
  const filled = template
    .replace('{access} ', ACCESS[body.access?.kind ?? 'free'])
    .replace(/\{(\d)\}/g, (_, group: string) => normalizeText(lead.match[Number(group)] ?? ''))
    .replace('{race}', raceSides(lead).join(' / '))
  return name === undefined ? filled.replace(/ in \{fn\}/, '') : filled.replace('{fn}', name)
}

const topNames = (frames: Splat['frames']): readonly string[] => {
  const names = frames.filter((frame) => !frame.unreliable).flatMap(namesOf)
  return names.filter((name) => !isMachinery(name)).slice(0, 3)
}

/** A short name for the same report from any build. */
export const fingerprint = (parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)

/** Makes the splat; undefined when nothing but the first line suggests that there is one. */
export const buildSplat = (draft: Draft): Splat | undefined => {
  const lead = leadOf(draft.matches)
  const body = readBody(draft.texts)
  if (!believable(draft, lead, body)) return undefined
  const guilt = findGuilt(body, lead.head.blame ?? 'trace', namedFunction(lead))
  const title = fillTitle(lead, body, guilt.function)
  return {
    family: lead.family.name,
    kind: lead.kind,
    title,
    function: guilt.function ?? null,
    corrupted: corruption(draft, lead, body, guilt.frames.length) ?? null,
    access: body.access ?? null,
    task: body.task ?? null,
    pid: body.pid ?? null,
    cpu: body.cpu ?? null,
    kernel: body.kernel ?? draft.kernel ?? null,
    workqueue: body.workqueue ?? null,
    frames: guilt.frames,
    allocStack: body.alloc,
    freeStack: body.free,
    timeS: draft.timeS ?? null,
    line: draft.line,
    consequenceOf: null,
    fingerprint: fingerprint([lead.family.name, lead.kind, title, ...topNames(guilt.frames)]),
    lines: draft.raws,
  }
}
