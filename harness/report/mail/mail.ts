// SPDX-License-Identifier: MIT
import { NO_SERIES } from '../../inputs/series/none.ts'
import { cleanLine } from '../../lib/text/clean.ts'
import { cleanDeep } from '../../lib/text/deep.ts'
import type { Identity, ReportContext } from '../context.ts'
import { describeModelFailure } from '../explored.ts'
import { failuresOf } from '../findings.ts'
import { headlineOf, type Reason } from '../headline.ts'
import type { Report } from '../model.ts'
import { addressesOf, addressOf, distinct } from './addresses.ts'
import { commandFor } from './again.ts'
import { commandLines } from './command.ts'
import { failureLines } from './failures.ts'
import { type Headers, headerLines } from './headers.ts'
import { paragraph, row } from './lines.ts'
import { answeredPatch } from './patch.ts'
import { legsNote, testedRows } from './tested.ts'
import { trailerOf } from './trailer.ts'

const MAX_REASONS = 8

/** The subject of a mail that answers none. */
const ownSubject = ({ run, cells }: Report): string => {
  const [failure] = cells.flatMap(({ cell }) => failuresOf(cell))
  const [{ tree = 'no tree', series = '', kernel } = {}] = run.cells
  const what = series === NO_SERIES || series === '' ? tree : `${series} on ${tree}`
  if (run.verdict === 'fail' && failure)
    return `[BUG] ${failure.title} on ${tree}${kernel?.version ? ` (${kernel.version})` : ''}`
  return `Test report: ${what}: ${run.interrupted ? 'interrupted' : run.verdict}`
}

const withoutRe = (subject: string): string => subject.replace(/^(?:\s*re:)+\s*/i, '')

/** Those who get the mail: the author; then the lists and people of the patch. */
const peopleOf = (report: Report, identity: Identity | null): Pick<Headers, 'to' | 'cc'> => {
  const mail = answeredPatch(report)?.mail
  if (!mail) return { to: [], cc: [] }
  const own = identity === null ? [] : [identity]
  const to = distinct(addressesOf(mail.from), own)
  const trailers = mail.trailers.flatMap((line) => addressOf(line.slice(line.indexOf(':') + 1)) ?? [])
  const others = distinct([...addressesOf(mail.to), ...addressesOf(mail.cc), ...trailers], [...own, ...to])
  return to.length > 0 ? { to, cc: others } : { to: others, cc: [] }
}

/** Whether the mail goes to nobody: then git send-email has to be told. */
export const hasNoRecipient = (report: Report): boolean => peopleOf(report, null).to.length === 0

const subjectOf = (report: Report): Headers['subject'] => {
  const patch = answeredPatch(report)
  const subject = withoutRe(cleanLine(patch?.mail?.subject || patch?.subject || ''))
  return subject === '' ? ownSubject(report) : `Re: ${subject}`
}

const headersOf = (report: Report, identity: Identity | null): Headers => {
  const mail = answeredPatch(report)?.mail
  const id = mail?.messageId ?? null
  return {
    from: identity,
    ...peopleOf(report, identity),
    subject: subjectOf(report),
    inReplyTo: id,
    references: id === null ? [] : [...(mail?.references ?? []).filter((one) => one !== id), id],
  }
}

// What stands in `legsNote` and the table, or helps nobody who has not the folder.
const SKIPPED = ['hold points']

const reasonLines = ({ where, verdict, lines }: Reason): readonly string[] => [
  ...row(verdict, where),
  ...lines.filter(({ label }) => !SKIPPED.includes(label)).flatMap(({ label, text }) => row(label, text)),
  '',
]

const verdictLines = (report: Report): readonly string[] => {
  const { meaning, reasons, verdict, known } = headlineOf(report)
  const note = legsNote(report)
  const more = reasons.length - MAX_REASONS
  return [
    ...paragraph(`${verdict.toUpperCase()}. ${meaning}`, ''),
    ...(note === undefined ? [] : paragraph(note, '')),
    '',
    ...reasons.slice(0, MAX_REASONS).flatMap(reasonLines),
    ...(more > 0 ? [`and ${more} more.`, ''] : []),
    ...known.flatMap((text) => [...paragraph(text), '']),
  ]
}

const modelLines = ({ run }: Report): readonly string[] =>
  run.explorations
    .flatMap(({ failures }) => failures)
    .slice(0, 2)
    .flatMap((failure) => [...paragraph(describeModelFailure(failure)), ''])

const bodyLines = (report: Report): readonly string[] => [
  ...verdictLines(report),
  'What was tested:',
  '',
  ...testedRows(report),
  '',
  ...modelLines(report),
  ...failureLines(report),
  'To reproduce:',
  '',
  ...commandLines(commandFor(report)),
  ...row('with the seed', report.run.seed),
]

// Some readers begin a line at these.
const BREAKS = /[\u2028\u2029]/g

/** A reply to the mail of the patch, as git send-email takes it. */
export const mailReport = (report: Report, { identity }: ReportContext): string => {
  const trailer = trailerOf(report, identity)
  return cleanDeep([
    ...headerLines(headersOf(report, identity)),
    '',
    ...bodyLines(report),
    ...('line' in trailer ? ['', trailer.line] : []),
    '',
  ])
    .join('\n')
    .replace(BREAKS, ' ')
}
