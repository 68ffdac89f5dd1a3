// SPDX-License-Identifier: MIT
import { didYouMean } from '../../lib/text/suggest.ts'
import { LANES } from '../../model/names.ts'
import type { LaneName } from '../../model/results.ts'
import { errnoOf } from './errno.ts'
import { type Fail, failAt } from './fail.ts'
import {
  DEFAULT_US,
  type Hold,
  isFunction,
  MOST_CALLS,
  MOST_NTH,
  MOST_US,
  type Point,
  type PointHold,
  type Sweep,
  type SweepWhom,
  type Whom,
} from './model.ts'
import { isSymbol } from './place.ts'
import { readPoint } from './point.ts'

const WHOMS = 'write: in any, in kworkers, in tasks, in task NAME, in cpu N, or in calls from FUNCTION'
const CLAUSES = ['in', 'until', 'for', 'during', 'returns'] as const
type Clause = (typeof CLAUSES)[number]

/** The words of a text, taken from the left. */
interface Words {
  readonly take: () => string | undefined
  /** The word at this place, without taking it. */
  readonly look: (index: number) => string | undefined
  readonly next: (what: string) => string
}

const wordsOf = (text: string, fail: Fail): Words => {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const take = (): string | undefined => words.shift()
  return { take, look: (index) => words[index], next: (what) => take() ?? fail(`'${text}' ends before ${what}`) }
}

const readTask = (name: string, fail: Fail): Whom =>
  /^[\x21-\x7e]{1,15}$/.test(name)
    ? { kind: 'task', name }
    : fail(`'${name}' is not the name of a task`, 'the kernel keeps 15 characters: write these')

const readCpu = (digits: string, fail: Fail): Whom =>
  /^\d{1,4}$/.test(digits) ? { kind: 'cpu', n: Number(digits) } : fail(`'${digits}' is not a CPU`, WHOMS)

const readFrom = (words: Words, fail: Fail): Whom => {
  const from = words.next('the function that calls')
  if (from !== 'from') fail(`'calls ${from}' is not whom`, WHOMS)
  const symbol = words.next('the function that calls')
  return isSymbol(symbol) ? { kind: 'from', symbol } : fail(`'${symbol}' is not a function`, WHOMS)
}

const readWhom = (words: Words, fail: Fail): Whom => {
  const word = words.next('whom it is for')
  if (word === 'any' || word === 'kworkers' || word === 'tasks') return { kind: word }
  if (word === 'task') return readTask(words.next('the name of the task'), fail)
  if (word === 'cpu') return readCpu(words.next('the number of the CPU'), fail)
  if (word === 'calls') return readFrom(words, fail)
  return fail(
    `'in ${word}' is not whom${didYouMean(word, ['any', 'kworkers', 'tasks', 'task', 'cpu', 'calls'])}`,
    WHOMS,
  )
}

const readTime = (word: string, fail: Fail): number => {
  const match = /^(\d{1,9})(ms|us)$/.exec(word)
  const us = match ? Number(match[1]) * (match[2] === 'ms' ? 1000 : 1) : 0
  if (us < 1 || us > MOST_US) fail(`'for ${word}' is not a time from 1us to ${MOST_US / 1000}ms`, 'write 15ms or 200us')
  return us
}

const readCalls = (word: string, unit: string, fail: Fail): number => {
  const calls = /^\d{1,8}$/.test(word) ? Number(word) : 0
  if (calls < 1 || calls > MOST_CALLS || !/^calls?$/.test(unit))
    fail(`'for ${word} ${unit}' is not a number of calls from 1 to ${MOST_CALLS}`, 'write: for 3 calls')
  return calls
}

const readLanes = (word: string, fail: Fail): readonly LaneName[] => {
  const names = word.split(',')
  const lanes: readonly string[] = LANES
  const unknown = names.find((name) => !lanes.includes(name))
  if (unknown !== undefined)
    fail(`'${unknown}' is not a lane${didYouMean(unknown, lanes)}`, `choose from: ${LANES.join(', ')}`)
  return LANES.filter((lane) => names.includes(lane))
}

const VALUES = 'write a number of 64 bits (12, -1, 0xff) or an errno (-ENOMEM)'

const readValue = (word: string, fail: Fail): bigint => {
  const [, sign, digits] = /^(-?)(\d{1,20}|0x[0-9a-f]{1,16})$/i.exec(word) ?? []
  const [, minus, name] = /^(-?)(E[A-Z0-9]+)$/.exec(word) ?? []
  const errno = name === undefined ? undefined : errnoOf(name)
  const size = digits === undefined ? errno : BigInt(digits)
  if (size === undefined) return fail(`'${word}' is not a value`, VALUES)
  const value = (sign || minus) === '-' ? -BigInt(size) : BigInt(size)
  return value >= -(1n << 63n) && value < 1n << 64n ? value : fail(`'${word}' has more than 64 bits`, VALUES)
}

interface Read {
  whom?: Whom
  until?: Point
  us?: number
  calls?: number
  lanes?: readonly LaneName[]
  value?: bigint
}

const readers: Record<Clause, (read: Read, words: Words, fail: Fail) => void> = {
  in: (read, words, fail) => {
    read.whom = readWhom(words, fail)
  },
  until: (read, words, fail) => {
    read.until = readPoint(words.next('the point after until'), 'until', fail)
  },
  for: (read, words, fail) => {
    const word = words.next('the time')
    // A time has its unit in the same word.
    if (/^\d+$/.test(word)) read.calls = readCalls(word, words.next('a unit: 15ms, or 3 calls'), fail)
    else read.us = readTime(word, fail)
  },
  during: (read, words, fail) => {
    read.lanes = readLanes(words.next('the lanes'), fail)
  },
  returns: (read, words, fail) => {
    read.value = readValue(words.next('the value'), fail)
  },
}

const isClause = (word: string): word is Clause => CLAUSES.some((clause) => clause === word)

const readClauses = (words: Words, fail: Fail): Read => {
  const read: Read = {}
  const seen = new Set<string>()
  for (let word = words.take(); word !== undefined; word = words.take()) {
    if (!isClause(word)) return fail(`'${word}' is not expected there${didYouMean(word, CLAUSES)}`)
    if (seen.has(word)) fail(`'${word}' is there twice`)
    seen.add(word)
    readers[word](read, words, fail)
  }
  return read
}

const checkWhom = (point: Point, whom: Whom, fail: Fail): void => {
  if (whom.kind === 'from' && !(isFunction(point.place) && point.at === 'entry'))
    fail(
      `'in calls from ${whom.symbol}': the caller is known at a function's entry only`,
      'name the entry of a function',
    )
}

const overrideOf = (point: Point, whom: Whom, { value, until, us, calls, lanes }: Read, fail: Fail): PointHold => {
  if (us !== undefined) fail("'returns' lasts for a number of calls, not for a time", 'write: for 3 calls')
  if (until) fail("'returns' and 'until' do not go together")
  if (!isFunction(point.place) || point.at !== 'entry')
    fail("'returns' needs the entry of a function", 'write: zs_create_pool returns 0 for 1 call')
  if (point.key !== null && point.key.kind !== 'arg') fail("'returns' takes no key but an argument")
  return { kind: 'override', point, whom, value: value!, calls: calls ?? 1, lanes: lanes ?? [] }
}

const delayOf = (point: Point, whom: Whom, { until, us, calls, lanes }: Read, fail: Fail): PointHold => {
  if (calls !== undefined) fail("only 'returns' lasts for a number of calls", 'write a time: for 15ms')
  if (until && (until.key === null) !== (point.key === null))
    fail('one of the two points has a key', 'give a key to both points, as zs_free:arg1, or to none')
  if (!until && point.key !== null) fail('the key has nothing to match', "add 'until POINT:KEY', or leave the key out")
  return { kind: 'hold', point, whom, until: until ?? null, us: us ?? DEFAULT_US, lanes: lanes ?? [] }
}

const SWEEP = 'write: allocation 1 to 20 fails in tasks'

const readNth = (word: string, fail: Fail): number => {
  const nth = /^\d{1,5}$/.test(word) ? Number(word) : 0
  return nth >= 1 && nth <= MOST_NTH
    ? nth
    : fail(`'${word}' is not the number of an allocation, from 1 to ${MOST_NTH}`, SWEEP)
}

const sweepWhom = (whom: Whom, fail: Fail): SweepWhom =>
  whom.kind === 'kworkers' || whom.kind === 'tasks' || whom.kind === 'task'
    ? whom
    : fail('allocations are counted by task', 'write: in tasks, in kworkers, or in task NAME')

const readSweep = (words: Words, fail: Fail): Sweep => {
  words.take()
  const from = readNth(words.next('the number of the allocation'), fail)
  const isRange = words.look(0) === 'to'
  if (isRange) words.take()
  const to = isRange ? readNth(words.next('the last number'), fail) : from
  if (to < from) fail(`'${from} to ${to}' is empty`, SWEEP)
  const verb = words.next("'fails'")
  if (verb !== 'fails') fail(`'${verb}' is not expected there${didYouMean(verb, ['fails', 'to'])}`, SWEEP)
  const { whom = { kind: 'tasks' }, lanes = [], ...others } = readClauses(words, fail)
  const [other] = Object.keys(others)
  if (other !== undefined) fail("'fails' goes with 'in' and 'during' only", SWEEP)
  return { kind: 'sweep', from, to, whom: sweepWhom(whom, fail), lanes }
}

// A function may have that name, but no number follows a place.
const isSweepText = (words: Words): boolean => words.look(0) === 'allocation' && /^\d/.test(words.look(1) ?? '')

/** Reads one hold or override; throws a UsageError that begins with `where`. */
export const parseAtPoint = (text: string, where: string): PointHold => {
  const fail = failAt(where)
  const words = wordsOf(text, fail)
  const point = readPoint(words.next('a point'), 'held', fail)
  const read = readClauses(words, fail)
  const whom = read.whom ?? { kind: 'any' }
  checkWhom(point, whom, fail)
  return read.value === undefined ? delayOf(point, whom, read, fail) : overrideOf(point, whom, read, fail)
}

/** Reads one hold, override or sweep; throws a UsageError that begins with `where`. */
export const parseHold = (text: string, where: string): Hold => {
  const fail = failAt(where)
  const words = wordsOf(text, fail)
  return isSweepText(words) ? readSweep(words, fail) : parseAtPoint(text, where)
}
