// SPDX-License-Identifier: MIT

const ENCODED = /=\?([\w.-]{1,40})(?:\*[\w-]{0,20})?\?([bq])\?([^?\s]{0,1000})\?=/gi

/** The bytes of a text in which `=E4` stands for a byte. */
export const unquoted = (text: string): Buffer => {
  const parts = text.replace(/=[ \t]*\n/g, '').split(/(=[0-9A-F]{2})/i)
  return Buffer.concat(
    parts.map((part, index) => (index % 2 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part, 'utf8'))),
  )
}

/** Bytes as text; a character set that is not known is read as UTF-8. */
export const decoded = (bytes: Uint8Array, charset: string): string => {
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

const word = (charset: string, form: string, text: string): string =>
  decoded(form.toLowerCase() === 'b' ? Buffer.from(text, 'base64') : unquoted(text.replaceAll('_', ' ')), charset)

/** The text of a mail header with its encoded words (RFC 2047) decoded. */
export const decodeWords = (text: string): string =>
  text
    .replace(/\?=[ \t]{1,100}=\?/g, '?==?')
    .replace(ENCODED, (_, charset: string, form: string, content: string) => word(charset, form, content))

// One encoded word and `Subject: ` fit a line of 75 characters, and none may end inside a character.
const MAX_BYTES = 39

/** Text as encoded words (RFC 2047) of UTF-8; plain ASCII stays as it is. */
export const encodeWords = (text: string): string => {
  if (/^[\x20-\x7e]*$/.test(text) && !text.includes('=?')) return text
  const chunks: string[] = ['']
  for (const character of text) {
    const last = chunks.at(-1)! + character
    if (Buffer.byteLength(last) > MAX_BYTES) chunks.push(character)
    else chunks[chunks.length - 1] = last
  }
  return chunks.map((chunk) => `=?UTF-8?B?${Buffer.from(chunk).toString('base64')}?=`).join(' ')
}
