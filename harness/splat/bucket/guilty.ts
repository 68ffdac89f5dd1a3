// SPDX-License-Identifier: MIT
import { posix } from 'node:path'
import type { Frame, Guilty, Splat } from '../model.ts'
import { plainName } from '../parse/title.ts'

type Blamed = Pick<Splat, 'function' | 'frames' | 'lines'>

const known = (file: string, from: Guilty['from']): Guilty => ({ file, from, maintainers: null, reason: null })

const fileOf = (location: string | null): string | undefined => {
  const path = location === null ? undefined : /^(.+?):\d+/.exec(location)?.[1]
  return path === undefined ? undefined : posix.normalize(path).replace(/^(?:\.\.?\/)+/, '')
}

const placesIn = ({ function: name, location, inlined }: Frame) => [...inlined, { function: name, location }]

/** The file of the blamed function, from the source lines of the stack. */
export const fileInStack = ({ function: name, frames }: Pick<Splat, 'function' | 'frames'>): string | undefined => {
  if (name === null) return undefined
  // Most logs have no source lines, and names are dear to compare.
  const placed = frames.filter(({ location, inlined }) => location !== null || inlined.length > 0)
  const own = placed.flatMap(placesIn).filter((place) => plainName(place.function) === name)
  return own.flatMap(({ location }) => fileOf(location) ?? [])[0]
}

// `WARNING: CPU: 0 PID: 1 at mm/a.c:12 foo+0x1/0x2`, `WARNING: mm/a.c:12 at foo+0x1/0x2`, `kernel BUG at mm/a.c:12!`
const PLACE = / ([\w./+-]+\.[cS]):\d+(?:!|$| (?:at )?([A-Za-z_][\w.$]*))/
const HEADER_LINES = 6

// A check may be in a function that was inlined: only the innermost function is sure to be in its file, if that is no header.
const fileInHeader = ({ function: name, frames, lines }: Blamed): string | undefined => {
  for (const line of lines.slice(0, HEADER_LINES)) {
    if (!line.startsWith('WARNING: ') && !/[kK]ernel BUG at /.test(line)) continue
    const match = PLACE.exec(line)
    if (match?.[1] === undefined) continue
    const checker = match[2] ?? frames[0]?.function
    return checker !== undefined && plainName(checker) === name ? fileOf(`${match[1]}:0`) : undefined
  }
  return undefined
}

/** The file to blame, as far as the report itself shows; null when it does not. `lines` are without prefixes. */
export const guiltyFile = (splat: Blamed): Guilty | null => {
  if (splat.function === null) return null
  const inStack = fileInStack(splat)
  if (inStack !== undefined) return known(inStack, 'stack')
  const inHeader = fileInHeader(splat)
  return inHeader === undefined ? null : known(inHeader, 'header')
}

/** The splat with the file that its source lines show, where they are newer than the file. */
export const withStackFile = (splat: Splat): Splat => {
  const file = fileInStack(splat)
  return file === undefined ? splat : { ...splat, guilty: known(file, 'stack') }
}
