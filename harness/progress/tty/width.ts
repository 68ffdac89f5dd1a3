// SPDX-License-Identifier: MIT

const NONE = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]$/u

const widthOf = (character: string): number => {
  if (character <= '~') return 1
  if (NONE.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** How many columns clean text takes on a terminal. */
export const textWidth = (text: string): number => {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/** The text cut to this number of columns, with an ellipsis where it was cut. */
export const cut = (text: string, columns: number, ellipsis: string): string => {
  if (textWidth(text) <= columns) return text
  const room = columns - textWidth(ellipsis)
  if (room < 0) return ''
  let [kept, width] = ['', 0]
  for (const character of text) {
    width += widthOf(character)
    if (width > room) break
    kept += character
  }
  return kept + ellipsis
}
