// SPDX-License-Identifier: MIT
import { UsageError } from '../../model/errors.ts'

/** `[PATCH v2 3/7]`: the third of seven. */
export interface MailNumber {
  readonly nth: number
  readonly of: number
  /** `v2`; empty for the first version. */
  readonly version: string
}

/** A mail by its subject. */
export interface Numbered {
  /** Without its brackets. */
  readonly subject: string
  readonly isReply: boolean
  readonly number: MailNumber | undefined
}

const BRACKETS = /^\s*((?:\[[^\]]{0,200}\]\s{0,9}){0,9})/
const NUMBER = /(?:^|[\s[,])(\d{1,4})\/(\d{1,4})(?=[\s\],]|$)/

/** The number in the brackets before a subject. */
export const numberOf = (subject: string): MailNumber | undefined => {
  const brackets = BRACKETS.exec(subject)?.[1] ?? ''
  const number = NUMBER.exec(brackets)
  if (!number) return undefined
  return {
    nth: Number(number[1]),
    of: Number(number[2]),
    version: /(?:^|[\s[,])(v\d{1,3})(?=[\s\],]|$)/i.exec(brackets)?.[1]?.toLowerCase() ?? '',
  }
}

const NUMBERS_HINT = 'save the mails of one series, whole, to one mbox, or give each patch as a file of its own'

const nameOf = ({ nth, of, version }: MailNumber): string =>
  `[PATCH ${version === '' ? '' : `${version} `}${nth}/${of}]`

type WithNumber<M> = M & { readonly number: MailNumber }

const hasNumber = <M extends Numbered>(mail: M): mail is WithNumber<M> => mail.number !== undefined

const listed = (words: readonly string[]): string =>
  words.length <= 5 ? words.join(', ') : `${words.slice(0, 5).join(', ')} and ${words.length - 5} more`

/** What is wrong with the numbers of a series; undefined when each is there once. */
const problemOf = (mails: readonly WithNumber<Numbered>[]): string | undefined => {
  const [first] = mails
  const odd = mails.find(({ number }) => number.of !== first!.number.of || number.version !== first!.number.version)
  if (odd) return `mails of several series: ${nameOf(first!.number)} and ${nameOf(odd.number)}`
  const beyond = mails.find(({ number }) => number.nth > number.of)
  if (beyond) return `there is no ${nameOf(beyond.number)}`
  const count = (nth: number): number => mails.filter(({ number }) => number.nth === nth).length
  const all = Array.from({ length: first!.number.of }, (_, index) => ({ ...first!.number, nth: index + 1 }))
  const twice = all.filter(({ nth }) => count(nth) > 1)
  if (twice.length > 0) return `there more than once: ${listed(twice.map(nameOf))}`
  const missing = all.filter(({ nth }) => count(nth) === 0)
  return missing.length > 0 ? `missing: ${listed(missing.map(nameOf))}` : undefined
}

/** The mails of an mbox that are patches, in the order of their numbers; in that of the mbox where they have none. */
export const orderMails = <M extends Numbered>(
  place: string,
  mails: readonly M[],
  hasDiff: (mail: M) => boolean,
): readonly M[] => {
  const own = mails.filter(({ isReply }) => !isReply)
  const fail = (why: string): never => {
    throw new UsageError(`${place}: ${why}`, NUMBERS_HINT)
  }
  const patches = own.filter((mail) => mail.number?.nth !== 0 && (hasDiff(mail) || mail.number !== undefined))
  const numbered = patches.filter(hasNumber)
  // A mail alone may be any part of a series.
  if (mails.length < 2 || numbered.length === 0) return patches.filter(hasDiff)
  const other = patches.find((mail) => !hasNumber(mail))
  if (other) fail(`"${other.subject}" has no number, but other patches have: its place is not known`)
  const covers = own.filter(hasNumber).filter(({ number }) => number.nth === 0)
  const problem = problemOf(numbered) ?? (covers[0] ? problemOf([...numbered, ...covers]) : undefined)
  if (problem !== undefined) fail(problem)
  const empty = numbered.find((mail) => !hasDiff(mail))
  if (empty) fail(`${nameOf(empty.number)} "${empty.subject}" has no diff`)
  return [...numbered].sort((a, b) => a.number.nth - b.number.nth)
}
