// SPDX-License-Identifier: MIT
import type { Body, KernelCode, Step } from './code.ts'
import { type Region, regionsOf } from './flow.ts'
import { baseName, type SymbolTable } from './table.ts'

/** An instruction of a body. */
export interface Spot {
  readonly body: Body
  readonly index: number
}

/** A call of a function, or the code of one that was inlined. */
export interface Occurrence {
  readonly inlined: boolean
  /** The line of the call. */
  readonly file: string | undefined
  readonly line: number
  readonly before: Spot
  /** A text says why there is none. */
  readonly after: Spot | string
}

const namesOf = (table: SymbolTable, address: bigint): readonly string[] => {
  const found = table.functionAt(address)
  return found?.address === address ? found.names : []
}

/** The functions that an instruction calls, by all their names; a jump to another function calls it too. */
export const calledNames = (table: SymbolTable, { of }: Body, { flow, target }: Step): readonly string[] => {
  if (target === undefined || flow === 'none' || flow === 'return') return []
  const own = target >= of.address && target < of.address + BigInt(of.size)
  if (own && flow !== 'call') return []
  return namesOf(table, target).filter((name) => !name.endsWith('.cold'))
}

/** The name of all calls through a pointer. */
export const POINTER = '*'

/** Whether an instruction calls through a pointer. */
export const isPointerCall = (table: SymbolTable, { flow, target }: Step): boolean =>
  flow === 'call' &&
  (target === undefined || namesOf(table, target).some((name) => name.startsWith('__x86_indirect_thunk_')))

// These are macros of the kernel, of which the compiler knows only what they call.
const LOCK_MACRO = /^(?:spin|read|write)_(?:try)?(?:un)?lock(?:_irq|_bh|_irqsave|_irqrestore)?$/

/** The names under which the compiler knows a function. */
const knownAs = (name: string): readonly string[] => {
  if (LOCK_MACRO.test(name)) return [name, `_raw_${name}`, `__raw_${name}`]
  return name === 'mutex_lock' ? [name, 'mutex_lock_nested'] : [name]
}

/** How far out of the innermost of an instruction's inlined calls one of these functions is; the outermost counts. */
export const inlinedDepth = ({ calls }: Step, names: readonly string[]): number | undefined => {
  const depth = calls.slice(0, -1).findLastIndex((call) => names.includes(call.function))
  return depth < 0 ? undefined : depth
}

/** The line of an instruction in a C file: a header's says nothing about the caller. */
const lineOf = ({ calls }: Step): { readonly file: string | undefined; readonly line: number } => {
  const call = calls.find(({ file }) => file?.endsWith('.c')) ?? calls.at(-1)
  return { file: call?.file, line: call?.line ?? 0 }
}

const afterRegion = (body: Body, { exits }: Region): Spot | string => {
  const [index, ...others] = exits
  if (index === undefined) return 'the function ends with it'
  if (others.length === 0) return { body, index }
  const lines = exits.map((exit) => lineOf(body.steps[exit]!)).map(({ file, line }) => `${file ?? '?'}:${line}`)
  return `it ends at several places: ${[...new Set(lines)].join(', ')}`
}

const inlinedOccurrences = (body: Body, names: readonly string[]): readonly Occurrence[] => {
  const sites = new Map<string, number[]>()
  for (const [index, step] of body.steps.entries()) {
    const depth = inlinedDepth(step, names)
    if (depth === undefined) continue
    const site = step.calls
      .slice(depth + 1)
      .map((call) => `${call.function} ${call.file}:${call.line}`)
      .join(' ')
    sites.set(site, [...(sites.get(site) ?? []), index])
  }
  return [...sites.values()].flatMap((indexes) => {
    const step = body.steps[indexes[0]!]!
    const { file, line } = step.calls[inlinedDepth(step, names)! + 1]!
    return regionsOf(body, indexes).map((region) => ({
      inlined: true,
      file,
      line,
      before: { body, index: region.entry },
      after: afterRegion(body, region),
    }))
  })
}

const TAIL = 'it is a tail call, after which the function does not go on'

const callOccurrences = (table: SymbolTable, body: Body, names: readonly string[]): readonly Occurrence[] =>
  body.steps.flatMap((step, index) => {
    const called = calledNames(table, body, step)
    const isCalled = called.some((one) => names.includes(one) || names.includes(baseName(one)))
    if (names[0] === POINTER ? !isPointerCall(table, step) : !isCalled) return []
    // A call in the code of the function itself: of its slow path, or of the rest where a part was inlined.
    if (inlinedDepth(step, names) !== undefined) return []
    const next = body.steps[index + 1]
    const after = step.flow === 'call' && next !== undefined ? { body, index: index + 1 } : TAIL
    return [{ inlined: false, ...lineOf(step), before: { body, index }, after }]
  })

/** The calls of a function in these bodies, inlined or not, in the order of addresses within each body. */
export const occurrencesOf = (table: SymbolTable, bodies: readonly Body[], name: string): readonly Occurrence[] => {
  const names = knownAs(name)
  return bodies.flatMap((body) =>
    [...inlinedOccurrences(body, names), ...callOccurrences(table, body, names)].sort(
      (a, b) => a.before.index - b.before.index,
    ),
  )
}

/** The first spot from this one on that takes a probe, while the code goes straight on. */
export const takenFrom = (code: KernelCode, { body, index }: Spot): Spot | string => {
  const why = code.refusalAt(body, index)
  if (why === undefined) return { body, index }
  const step = body.steps[index]!
  return step.flow === 'none' && index + 1 < body.steps.length ? takenFrom(code, { body, index: index + 1 }) : why
}
