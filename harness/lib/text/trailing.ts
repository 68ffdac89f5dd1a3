// SPDX-License-Identifier: MIT

/** A URL without the slashes at its end. */
export const withoutSlashes = (url: string): string => {
  let end = url.length
  while (url[end - 1] === '/') end -= 1
  return url.slice(0, end)
}
