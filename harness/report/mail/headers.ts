// SPDX-License-Identifier: MIT
import { cleanLine } from '../../lib/text/clean.ts'
import { encodeWords } from '../../lib/text/mime.ts'
import type { Identity } from '../context.ts'
import { addressText } from './addresses.ts'
import { COLUMNS } from './lines.ts'

const MAX_SUBJECT = 300

/** A header, folded between words. No word of it may have a newline. */
const header = (name: string, words: readonly string[]): readonly string[] => {
  const lines = [`${name}:`]
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`
    if (line.length > COLUMNS && lines.at(-1) !== `${name}:`) lines.push(` ${word}`)
    else lines[lines.length - 1] = line
  }
  return lines
}

const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '')

const addressed = (name: string, all: readonly Identity[]): readonly string[] =>
  all.length === 0
    ? []
    : header(
        name,
        all.map((one, index) => addressText(one) + (index < all.length - 1 ? ',' : '')),
      )

export interface Headers {
  readonly from: Identity | null
  readonly to: readonly Identity[]
  readonly cc: readonly Identity[]
  readonly subject: string
  /** The message id of the mail that this one answers; null for none. */
  readonly inReplyTo: string | null
  /** The thread, its last message at the end. */
  readonly references: readonly string[]
}

const MAX_REFERENCES = 20

// A results folder may hold anything: one with a newline would be a header of its own.
const isMessageId = (text: string): boolean => /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(text)

const threadOf = (references: readonly string[]): readonly string[] => {
  const known = references.filter(isMessageId)
  return known.length === 0 ? [] : header('References', known.slice(-MAX_REFERENCES))
}

/** The headers of the mail. git send-email adds the date and the message id. */
export const headerLines = ({ from, to, cc, subject, inReplyTo, references }: Headers): readonly string[] => [
  ...(from === null ? [] : addressed('From', [from])),
  ...addressed('To', to),
  ...addressed('Cc', cc),
  ...header('Subject', wordsOf(encodeWords([...cleanLine(subject)].slice(0, MAX_SUBJECT).join('').trim()))),
  ...(inReplyTo === null || !isMessageId(inReplyTo) ? [] : header('In-Reply-To', [inReplyTo])),
  ...threadOf(references),
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=UTF-8',
  'Content-Transfer-Encoding: 8bit',
]
