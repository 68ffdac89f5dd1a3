// SPDX-License-Identifier: MIT
import { hash } from 'node:crypto'
import { bucketOf } from '../bucket/bucket.ts'
import { guiltyFile } from '../bucket/guilty.ts'
import type { HeadMatch } from '../families.ts'
import type { Text } from '../lines/shape.ts'
import type { Splat } from '../model.ts'
import { readBody } from '../parse/body.ts'
import { namedOn, namesOf } from '../parse/frames.ts'
import { type Gap, gapIn } from '../parse/gaps.ts'
import { findGuilt, type Guilt } from '../parse/guilty.ts'
import { isHelper, isHelperPlace, isMachinery } from '../parse/machinery.ts'
import type { Body } from '../parse/report-body.ts'
import { normalizeText } from '../parse/title.ts'
import { isWhole } from './complete.ts'
import { leadOf, nameInHeader, namesPlace, raceSides } from './lead.ts'
import { needsReport } from './lost.ts'

/** What the engine knows of a report when it is over. */
export interface Draft {
  readonly matches: readonly HeadMatch[]
  readonly lines: readonly Text[]
  readonly raws: readonly string[]
  readonly line: number
  readonly timeS: number | undefined
  readonly kernel: string | undefined
  /** The log ended inside the report. */
  readonly atEnd: boolean
  /** It ended there, and no more than a few foreign lines of the kernel follow. */
  readonly torn: boolean
  /** Lines of another report are between its lines: frames were left out or lost, or they may be. */
  readonly mixed: 'no' | 'maybe' | 'yes'
  /** Its lines may be those of another report. */
  readonly isGuess: boolean
  /** Other text is before its header line. */
  readonly isGlued: boolean
  /** A line of the report was longer than printk can print. */
  readonly cut: boolean
  readonly fromKernel: boolean
  /** It is one of several reports in a row, on a console without stamps, whose header lines name a place in the code. */
  readonly isListed: boolean
}

const believable = (draft: Draft, lead: HeadMatch, body: Body): boolean => {
  if (body.evidence > 0 || (lead.head.bare === true && draft.fromKernel)) return true
  if (draft.isGlued) return false
  // Scripts quote the panic line; the kernel prints more below it.
  if (lead.head.bare === true) return lead.family.name !== 'panic' || draft.atEnd || draft.matches.length > 1
  if (lead.head.weak === true || !(draft.fromKernel || (draft.isListed && namesPlace(lead)))) return false
  return draft.atEnd || draft.mixed !== 'no' || body.dropped || draft.matches.length > 1
}

// The file of kmemleak has no stamps, and no line after its last stack, which may be short. What a cut there would take away
// is behind the function to blame.
const isInLeakFile = (draft: Draft, lead: HeadMatch, { function: blamed, frames }: Guilt): boolean =>
  lead.family.name === 'kmemleak' &&
  !draft.fromKernel &&
  draft.timeS === undefined &&
  frames.flatMap(namedOn).some(({ name, location }) => name === blamed && !isHelper(name) && !isHelperPlace(location))

const textsOf = (draft: Draft): readonly string[] => draft.lines.map(({ text }) => text)

const isTruncated = (draft: Draft, lead: HeadMatch, guilt: Guilt): boolean =>
  draft.torn && !isWhole(lead, textsOf(draft)) && !isInLeakFile(draft, lead, guilt)

const corruption = (
  draft: Draft,
  lead: HeadMatch,
  body: Body,
  guilt: Guilt,
  gap: Gap | undefined,
): string | undefined => {
  const frames = guilt.frames.length
  if (body.dropped) return 'printk messages were dropped inside the report'
  if (draft.cut) return 'a line of the report is longer than the kernel prints, and was cut'
  if (draft.mixed === 'yes' || (draft.mixed === 'maybe' && frames === 0)) return MIXED
  if (isTruncated(draft, lead, guilt)) return 'truncated: the log ends inside the report'
  if (body.damaged) return 'the function at the instruction pointer cannot be read'
  if (gap !== undefined) return gap.why
  if (guilt.doubt !== undefined && lead.head.blame !== 'none') return guilt.doubt
  if (lead.head.bare === true || lead.head.blame === 'none' || frames > 0) return undefined
  if (lead.head.blame === 'stall' && body.inProgram) return undefined
  return draft.atEnd ? 'truncated: the log ends inside the report' : 'no stack frames'
}

// A free is in the kind already.
const ACCESS = { read: 'Read ', write: 'Write ', exec: 'Exec ', free: '' } as const

const fillTitle = (lead: HeadMatch, body: Body, name: string | undefined): string => {
  const template = typeof lead.head.title === 'string' ? lead.head.title : lead.head.title(lead.match)
  const parts = template
    .replace('{access} ', ACCESS[body.access?.kind ?? 'free'])
    .replace(/\{(\d)\}/g, (_, group: string) => normalizeText(lead.match[Number(group)] ?? ''))
  const filled = parts.includes('{race}') ? parts.replace('{race}', raceSides(lead).join(' / ')) : parts
  return name === undefined ? filled.replace(/ in \{fn\}/, '') : filled.replace('{fn}', name)
}

const TOP = 3

const topNames = (frames: Splat['frames']): readonly string[] => {
  const top: string[] = []
  for (const frame of frames) {
    if (frame.unreliable) continue
    for (const name of namesOf(frame)) if (!isMachinery(name) && top.push(name) === TOP) return top
  }
  return top
}

/** A short name for the same report from any build. */
export const fingerprint = (parts: readonly string[]): string => hash('sha256', parts.join('\n')).slice(0, 16)

// Without a stack, what the header names counts alone: no helper.
const namedIn = (draft: Draft, lead: HeadMatch): string | undefined => {
  const name = nameInHeader(lead)
  return draft.mixed === 'yes' && name !== undefined && isHelper(name) ? undefined : name
}

const LOST_REPORT: Gap = { why: 'the report before the panic is missing', hidesFunction: true }

const MIXED = 'interleaved with another report'

// Where the stack is a guess, it must at least agree with the header.
const GUESSED: Gap = { why: MIXED, hidesFunction: true }

const gapOf = (draft: Draft, lead: HeadMatch, body: Body, guilt: Guilt, named: string | undefined): Gap | undefined =>
  draft.isGuess === true && named !== undefined && guilt.function !== named
    ? GUESSED
    : seenGap(draft, lead, body, guilt)

const seenGap = (draft: Draft, lead: HeadMatch, body: Body, guilt: Guilt): Gap | undefined =>
  needsReport(lead) && guilt.frames.length > 0
    ? LOST_REPORT
    : gapIn(draft.lines, body, {
        head: lead.head,
        names: draft.matches.flatMap(({ family, kind }) => [family.name, kind]),
      })

const hide = (guilt: Guilt, gap: Gap | undefined, named: string | undefined): Guilt =>
  gap?.hidesFunction === true && guilt.function !== named
    ? { ...guilt, function: gap === GUESSED ? named : undefined }
    : guilt

/** Makes the splat; undefined when nothing but the first line suggests that there is one. */
export const buildSplat = (draft: Draft): Splat | undefined => {
  const lead = leadOf(draft.matches)
  const body = readBody(draft.lines, draft.matches[0]?.match.input)
  if (!believable(draft, lead, body)) return undefined
  const named = namedIn(draft, lead)
  // Where a panic names a function, its check found the damage there, whatever is left of the stack.
  const isSure = lead.head.layer === 'panic' && named !== undefined
  const found = findGuilt(body, isSure ? 'named' : (lead.head.blame ?? 'trace'), named)
  const gap = gapOf(draft, lead, body, found, named)
  const guilt = hide(found, gap, named)
  const title = fillTitle(lead, body, guilt.function)
  const kind = lead.head.kindOfStack?.(guilt.frames.flatMap(namesOf)) ?? lead.kind
  const family = lead.family.name
  const blamed = guilt.function ?? null
  const texts = textsOf(draft)
  return {
    family,
    kind,
    title,
    function: blamed,
    lines: draft.raws,
    corrupted: corruption(draft, lead, body, guilt, gap) ?? null,
    access: body.access === undefined ? null : { kind: body.access.kind, size: body.access.size },
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
    bucket: bucketOf({ family, kind, title, function: blamed, lines: texts }),
    fingerprint: fingerprint([family, kind, title, ...topNames(guilt.frames)]),
    guilty: guiltyFile({ function: blamed, lines: texts, frames: guilt.frames }),
  }
}
