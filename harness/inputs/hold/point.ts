// SPDX-License-Identifier: MIT
import { didYouMean } from '../../lib/text/suggest.ts'
import { archs } from '../arch/index.ts'
import type { Fail } from './fail.ts'
import { defaultAt, isFunction, type Key, type Place, type Point } from './model.ts'
import { formatPlace, readPlace } from './place.ts'

const KEYS = 'write arg0 to arg5, ret (at a return), or a register such as rdi or x0'
const REGISTERS = archs.flatMap(({ registers }) => registers)

const keyOf = (word: string, fail: Fail): Key => {
  const arg = /^arg([0-5])$/.exec(word)
  if (arg) return { kind: 'arg', n: Number(arg[1]) }
  if (word === 'ret') return { kind: 'ret' }
  if (REGISTERS.includes(word)) return { kind: 'register', name: word }
  return fail(`':${word}' is not a key${didYouMean(word, ['entry', 'return', 'ret', ...REGISTERS])}`, KEYS)
}

// Elsewhere the registers of the arguments may hold anything. Just before a call they hold the callee's.
const hasArguments = (place: Place): boolean => isFunction(place) || (place.kind === 'call' && place.side === 'before')

const checkKey = ({ place, at, key }: Point, fail: Fail): void => {
  const text = formatPlace(place)
  if (key?.kind === 'ret' && at !== 'return')
    fail(`'${text}:ret': the return value is known at a return only`, `write ${text}:return:ret`)
  if (key?.kind === 'register' && at === 'return')
    fail(`'${text}:return:${key.name}': registers are read where code runs, not at a return`, `write :ret or :argN`)
  if (key?.kind === 'arg' && !hasArguments(place))
    fail(
      `'${text}:arg${key.n}': arguments are known at a function's entry and return, and before a call`,
      'write the register that has the value there',
    )
}

/** Reads PLACE[:entry|:return][:KEY]. */
export const readPoint = (word: string, role: 'held' | 'until', fail: Fail): Point => {
  const { place, rest } = readPlace(word, fail)
  const named = rest[0] === 'entry' || rest[0] === 'return' ? rest[0] : undefined
  const [key, ...more] = named === undefined ? rest : rest.slice(1)
  if (more.length > 0) fail(`'${word}' has more than one key`, KEYS)
  if (named === 'return' && !isFunction(place))
    fail(`'${word}': only a function has a return`, `write ${formatPlace(place)} without :return`)
  const point: Point = {
    place,
    at: named ?? defaultAt(place, role),
    key: key === undefined ? null : keyOf(key, fail),
  }
  checkKey(point, fail)
  return point
}

const formatKey = (key: Key): string => {
  if (key.kind === 'arg') return `arg${key.n}`
  return key.kind === 'ret' ? 'ret' : key.name
}

export const formatPoint = ({ place, at, key }: Point, role: 'held' | 'until'): string => {
  const side = at === defaultAt(place, role) ? '' : `:${at}`
  return `${formatPlace(place)}${side}${key === null ? '' : `:${formatKey(key)}`}`
}
