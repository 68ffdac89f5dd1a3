// SPDX-License-Identifier: MIT

/** A URL or path without the slashes at its end. */
export const withoutSlashes = (text: string): string => {
  let end = text.length
  while (text[end - 1] === '/') end -= 1
  return text.slice(0, end)
}
