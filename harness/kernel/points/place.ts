// SPDX-License-Identifier: MIT
import type { Fail } from '../../inputs/hold/fail.ts'
import type { Place } from '../../inputs/hold/model.ts'
import { didYouMean } from '../../lib/text/suggest.ts'
import { type Body, type KernelCode, withCold } from './code.ts'
import { findFunction } from './function.ts'
import { hotFirst, nearestLines, stepsOfLine } from './lines.ts'
import { calledNames, type Occurrence, occurrencesOf, POINTER, type Spot, takenFrom } from './occurrences.ts'
import type { KernelFunction } from './table.ts'

/** Where this leg's source has a line of the tree; undefined when the patch changes or removes it. */
export type LineIn = (file: string, line: number) => number | undefined

/** A place as the kernel finds it. */
export interface Found {
  readonly of: KernelFunction
  readonly offset: number
  /** Whether it is where the code of an inlined function begins. */
  readonly inlined: boolean
  /** What the place does not cover. */
  readonly notes: readonly string[]
}

const foundAt = ({ body, index }: Spot, inlined = false, notes: readonly string[] = []): Found => ({
  of: body.of,
  offset: Number(body.steps[index]!.address - body.of.address),
  inlined,
  notes,
})

const hex = (offset: number): string => `0x${offset.toString(16)}`

const failOffset = (name: string, offset: number, offsets: readonly number[], fail: Fail): never => {
  const near = [offsets.filter((one) => one < offset).at(-1), offsets.find((one) => one > offset)]
  const shown = near.flatMap((one) => (one === undefined ? [] : [`${name}+${hex(one)}`]))
  return fail(`${name}+${hex(offset)} is not the start of an instruction`, `write ${shown.join(' or ')}`)
}

const offsetIn = async (code: KernelCode, of: KernelFunction, offset: number, fail: Fail): Promise<Found> => {
  if (offset >= of.size)
    fail(`${of.name} has ${hex(of.size)} bytes: ${hex(offset)} is beyond its end`, 'write an offset within it')
  const [body] = await code.bodies([of])
  const offsets = body!.steps.map(({ address }) => Number(address - of.address))
  const index = offsets.indexOf(offset)
  if (index < 0) failOffset(of.name, offset, offsets, fail)
  const why = code.refusalAt(body!, index)
  if (why !== undefined)
    fail(`no probe can be at ${of.name}+${hex(offset)}: ${why}`, 'write the offset of another instruction')
  return foundAt({ body: body!, index })
}

const symbolPlace = async (code: KernelCode, symbol: string, offset: number, fail: Fail): Promise<Found> => {
  const of = await findFunction(code, symbol, fail)
  return offset === 0 ? { of, offset: 0, inlined: false, notes: [] } : offsetIn(code, of, offset, fail)
}

const callList = (occurrences: readonly Occurrence[]): string =>
  occurrences.map(({ file, line }) => `${file ?? '?'}:${line}`).join(', ')

type CallPlace = Extract<Place, { kind: 'call' }>

const sideOf = (code: KernelCode, { symbol, callee, side }: CallPlace, wanted: Occurrence, fail: Fail): Found => {
  if (side === 'before') {
    const why = code.refusalAt(wanted.before.body, wanted.before.index)
    if (why === undefined) return foundAt(wanted.before, wanted.inlined)
    return fail(`no probe can be just before ${callee} in ${symbol}: ${why}`, `write ${symbol}<${callee}, or a line`)
  }
  const after = typeof wanted.after === 'string' ? wanted.after : takenFrom(code, wanted.after)
  if (typeof after !== 'string') return foundAt(after, wanted.inlined)
  const instead = callee === POINTER || wanted.inlined ? `${symbol}:return` : `${symbol}:return, ${callee}:return`
  return fail(`no probe can be just after ${callee} in ${symbol}: ${after}`, `write ${instead}, or a line`)
}

const callPlace = async (code: KernelCode, place: CallPlace, fail: Fail): Promise<Found> => {
  const { symbol, callee, nth } = place
  const of = await findFunction(code, symbol, fail)
  const bodies = hotFirst(await code.bodies(withCold(code.table, of)))
  const occurrences = occurrencesOf(code.table, bodies, callee)
  const wanted = occurrences[nth - 1]
  if (wanted !== undefined) return sideOf(code, place, wanted, fail)
  if (occurrences.length === 0) return failCall(code, bodies, place, fail)
  const times = occurrences.length === 1 ? 'once' : `${occurrences.length} times`
  return fail(
    `${symbol} calls ${callee} ${times}: at ${callList(occurrences)}`,
    `write a number up to ${occurrences.length}`,
  )
}

// What compilers and sanitizers add, and the insides of locks and lists, are no calls of the source.
const isOfSource = (name: string): boolean => !/^(?:_|arch_|instrument_|queued_|do_raw_)/.test(name)

/** What a function calls, inlined or not. */
const calleesOf = (code: KernelCode, bodies: readonly Body[]): readonly string[] => [
  ...new Set(
    bodies.flatMap((body) =>
      body.steps.flatMap((step) => [
        ...step.calls.slice(0, -1).map((call) => call.function),
        ...calledNames(code.table, body, step),
      ]),
    ),
  ),
]

const failCall = (code: KernelCode, bodies: readonly Body[], place: CallPlace, fail: Fail): never => {
  const { symbol, callee } = place
  if (callee === POINTER) return fail(`${symbol} calls nothing through a pointer in this kernel`, 'name a function')
  const known = calleesOf(code, bodies)
  const shown = known.filter(isOfSource).slice(0, 24)
  return fail(
    `${symbol} calls no ${callee} in this kernel${didYouMean(callee, known)}`,
    `it calls ${shown.length === 0 ? 'no function by name' : shown.join(', ')}; ${symbol}>${POINTER} is a call through a pointer`,
  )
}

const linePlace = async (
  code: KernelCode,
  { file, line }: Extract<Place, { kind: 'line' }>,
  lineIn: LineIn | undefined,
  fail: Fail,
): Promise<Found> => {
  const here = lineIn === undefined ? line : lineIn(file, line)
  if (here === undefined)
    return fail(`the patch changes or removes ${file}:${line}`, 'name a function, or a line that both legs have')
  if (!file.endsWith('.c'))
    return fail(
      `${file} is no .c file: its code is in every function that uses it`,
      'write FUNCTION>CALLEE, or a line of a .c file',
    )
  const bodies = await code.bodiesOf(file)
  if (bodies === undefined)
    return fail(`this kernel has no object of ${file}`, 'name a file that this config and architecture compile')
  const open = bodies.filter(({ of }) => code.table.refusal(of) === undefined)
  const spots = stepsOfLine(open, file, here).filter(({ body, index }) => code.refusalAt(body, index) === undefined)
  const [first] = spots
  if (first === undefined) {
    const near = nearestLines(open, file, here)
    return fail(
      `${file}:${line} has no code that a probe can be on`,
      near.length === 0 ? 'name a function' : `the nearest lines with code: ${near.join(', ')}`,
    )
  }
  const others = [...new Set(spots.map(({ body }) => body.of.name))].filter((name) => name !== first.body.of.name)
  const notes = others.length === 0 ? [] : [`${file}:${line} is also in ${others.join(', ')}: not held there`]
  return foundAt(first, false, notes)
}

/** Finds the instruction of a place; fails when there is none, and says what to write instead. */
export const findPlace = (code: KernelCode, place: Place, lineIn: LineIn | undefined, fail: Fail): Promise<Found> => {
  switch (place.kind) {
    case 'symbol':
      return symbolPlace(code, place.symbol, place.offset, fail)
    case 'call':
      return callPlace(code, place, fail)
    case 'line':
      return linePlace(code, place, lineIn, fail)
    default:
      return place satisfies never
  }
}
