// SPDX-License-Identifier: MIT
import { cleanLine } from '../../lib/text/clean.ts'
import { decodeWords, encodeWords } from '../../lib/text/mime.ts'
import type { Identity } from '../context.ts'

// What every mail server takes, and no program takes for an option or a pipe. Archives write `name@xxxxxxxx` for what they
// hide, and localhost is nobody's address.
const EMAIL = /^(?![-|])[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}$/
const MAX_NAME = 100
const MAX_ADDRESSES = 50

/** The name and address in `Name <a@b.org>` or `a@b.org`; undefined when there is none that mail can be sent to. */
export const addressOf = (text: string): Identity | undefined => {
  const whole = cleanLine(text).trim()
  // `Cc: stable@vger.kernel.org # 6.1`, as kernel developers write it.
  const [line] = whole.split(' #', 1) as [string]
  const open = line.lastIndexOf('<')
  const close = line.indexOf('>', open)
  const email = open < 0 ? line : line.slice(open + 1, close < 0 ? line.length : close)
  if (!EMAIL.test(email)) return undefined
  const name = open < 0 ? '' : line.slice(0, open).trim()
  const bare = cleanLine(decodeWords(name.replace(/^"(.*)"$/, '$1').replace(/\\(.)/g, '$1')))
  return { name: [...bare.trim()].slice(0, MAX_NAME).join(''), email }
}

// Commas in quotes separate nothing.
const partsOf = (text: string): readonly string[] => {
  const parts = ['']
  let isQuoted = false
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted
    if (character === ',' && !isQuoted) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}

/** The addresses of a header such as To. */
export const addressesOf = (text: string): readonly Identity[] =>
  partsOf(text)
    .slice(0, MAX_ADDRESSES)
    .flatMap((part) => addressOf(part) ?? [])

/** Each address once, without those in `except`. */
export const distinct = (all: readonly Identity[], except: readonly Identity[]): readonly Identity[] => {
  const seen = new Set(except.map(({ email }) => email.toLowerCase()))
  return all.filter(({ email }) => {
    const key = email.toLowerCase()
    return seen.has(key) ? false : seen.add(key)
  })
}

const SPECIAL = /[()<>[\]:;@\\,."]/

/** An address as a header has it. */
export const addressText = ({ name, email }: Identity): string => {
  if (name === '') return email
  const encoded = encodeWords(name)
  const shown = encoded === name && SPECIAL.test(name) ? `"${name.replace(/[\\"]/g, '\\$&')}"` : encoded
  return `${shown} <${email}>`
}
