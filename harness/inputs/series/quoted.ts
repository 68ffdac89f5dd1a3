// SPDX-License-Identifier: MIT

const BYTES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const bytesOf = ([piece, octal, letter]: RegExpExecArray): Uint8Array => {
  if (octal !== undefined) return Uint8Array.of(Number.parseInt(octal, 8))
  return letter === undefined ? Buffer.from(piece) : Uint8Array.of(BYTES[letter]!)
}

export interface Quoted {
  readonly name: string
  /** What comes after the closing quote. */
  readonly rest: string
}

/**
 * The quoted name at the start of `text`. Git quotes names with unusual characters as C does: `"mm/\303\244.c"`.
 * Undefined where git would not write it, and for a name that is not UTF-8.
 */
export const readQuoted = (text: string): Quoted | undefined => {
  if (!text.startsWith('"')) return undefined
  const piece = /\\(?:([0-3][0-7]{2})|([abtnvfr"\\]))|[^"\\]+/y
  const bytes: Uint8Array[] = []
  let end = 1
  for (; text[end] !== '"'; end = piece.lastIndex) {
    piece.lastIndex = end
    const match = piece.exec(text)
    if (!match) return undefined
    bytes.push(bytesOf(match))
  }
  const name = decode(Buffer.concat(bytes))
  return name === undefined ? undefined : { name, rest: text.slice(end + 1) }
}
