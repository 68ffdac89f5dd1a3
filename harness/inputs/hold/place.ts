// SPDX-License-Identifier: MIT
import type { Fail } from './fail.ts'
import type { Place } from './model.ts'

const PLACES =
  'write a function (zs_free), an offset in one (zs_free+0x1c), a line (mm/zswap.c:1075), or a call (zs_free>cache_free, zs_free<cache_free#2)'

const NAME = '[A-Za-z_][\\w.$]*'
const SYMBOL = new RegExp(`^${NAME}$`)
const OFFSET = new RegExp(`^(${NAME})\\+(0x[0-9a-f]{1,7}|\\d{1,8})$`, 'i')
// `*` is a call through a pointer, which names no function.
const CALL = new RegExp(`^(${NAME})([<>])(${NAME}|\\*)(?:#(\\d{1,4}))?$`)
const LINE = /^([\w./+-]+\.[chS]):(\d{1,7})(?=:|$)/

/** Whether a text can be the name of a function. */
export const isSymbol = (text: string): boolean => SYMBOL.test(text)

const lineOf = (file: string, digits: string, fail: Fail): Place => {
  const line = Number(digits)
  if (line === 0) fail(`'${file}:${digits}' is not a line: lines count from 1`, PLACES)
  if (file.startsWith('/') || file.split('/').some((part) => part === '' || part === '.' || part === '..'))
    fail(`'${file}' is not a path in the kernel's source`, 'write it from the top of the source, as mm/zswap.c:1075')
  return { kind: 'line', file, line }
}

const codeOf = (text: string, fail: Fail): Place => {
  if (SYMBOL.test(text)) return { kind: 'symbol', symbol: text, offset: 0 }
  const offset = OFFSET.exec(text)
  if (offset) return { kind: 'symbol', symbol: offset[1]!, offset: Number(offset[2]) }
  const call = CALL.exec(text)
  if (!call) return fail(`'${text}' is not a place`, PLACES)
  const nth = Number(call[4] ?? 1)
  if (nth === 0) fail(`'${text}': calls count from #1`, PLACES)
  return { kind: 'call', symbol: call[1]!, callee: call[3]!, nth, side: call[2] === '>' ? 'before' : 'after' }
}

/** Reads a place at the start of a word, and what follows it, from its colon on. */
export const readPlace = (word: string, fail: Fail): { readonly place: Place; readonly rest: readonly string[] } => {
  const line = LINE.exec(word)
  if (line) return { place: lineOf(line[1]!, line[2]!, fail), rest: word.slice(line[0].length).split(':').slice(1) }
  const [code = '', ...rest] = word.split(':')
  return { place: codeOf(code, fail), rest }
}

export const formatPlace = (place: Place): string => {
  if (place.kind === 'line') return `${place.file}:${place.line}`
  if (place.kind === 'symbol')
    return place.offset === 0 ? place.symbol : `${place.symbol}+0x${place.offset.toString(16)}`
  const sign = place.side === 'before' ? '>' : '<'
  return `${place.symbol}${sign}${place.callee}${place.nth === 1 ? '' : `#${place.nth}`}`
}
