// SPDX-License-Identifier: MIT

// A word: quoted parts and plain ones without a gap between them.
const PART = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/sy
const unescaped = (text: string): string => text.replace(/\\(["\\])/g, '$1')

/**
 * Splits a text into words as a shell does, with quotes and backslashes and nothing else; undefined when a quote is not
 * closed.
 */
export const splitWords = (text: string): readonly string[] | undefined => {
  const words: string[] = []
  let at = 0
  let word: string | undefined
  const close = (): void => {
    if (word !== undefined) words.push(word)
    word = undefined
  }
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      close()
      at++
      continue
    }
    PART.lastIndex = at
    const part = PART.exec(text)
    if (!part) return undefined
    word =
      (word ?? '') + (part[1] ?? (part[2] === undefined ? undefined : unescaped(part[2])) ?? part[3] ?? part[4] ?? '')
    at = PART.lastIndex
  }
  close()
  return words
}
