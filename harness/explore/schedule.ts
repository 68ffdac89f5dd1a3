// SPDX-License-Identifier: MIT
import type { RawFailure, RawStep } from './records.ts'
import type { Place } from './symbols.ts'

/** One step of a schedule, with its place in the source. */
export interface Step {
  /** 0 sets up and cleans up. */
  readonly thread: number
  readonly op: string
  /** What it is done to: a lock, an object, an address. */
  readonly on: string | null
  readonly address: string | null
  readonly size: number | null
  /** Innermost first. */
  readonly stack: readonly Place[]
  /** The text of its line; empty when unknown. */
  readonly text: string
  /** Whether it belongs to the shortest account of the failure. */
  readonly matters: boolean
}

/** A step that is shown, or how many are left out in its place. */
export type Shown = { readonly step: Step; readonly switched: boolean } | { readonly left: number }

const SYNC = /lock|atomic|wait|barrier/
const ACCESS = /^(?:read|write|atomic)/
const WRITES = /^(?:write|atomic)/
const ALWAYS = new Set(['call', 'return', 'end', 'switch'])

const WORD = 8n

/** The 8-byte words that a step touches. */
const wordsOf = ({ address, size }: RawStep): readonly bigint[] => {
  if (address === null || address === undefined) return []
  const first = BigInt(address) / WORD
  const last = (BigInt(address) + BigInt(Math.max(1, Math.min(size ?? 1, 64))) - 1n) / WORD
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index))
}

const whatOf = (step: RawStep): string | null => step.name ?? step.text ?? step.object ?? step.address ?? null

interface Users {
  readonly threads: Set<number>
  written: boolean
}

/** Who uses each word, and each lock by its name or address, in this schedule. */
const usersOf = (steps: readonly RawStep[]) => {
  const words = new Map<bigint, Users>()
  const locks = new Map<string, Set<number>>()
  for (const step of steps.filter(({ thread }) => thread > 0)) {
    if (SYNC.test(step.op)) {
      const what = step.address ?? whatOf(step) ?? ''
      locks.set(what, (locks.get(what) ?? new Set()).add(step.thread))
    }
    if (!ACCESS.test(step.op)) continue
    for (const word of wordsOf(step)) {
      const users = words.get(word) ?? { threads: new Set(), written: false }
      users.threads.add(step.thread)
      users.written ||= WRITES.test(step.op)
      words.set(word, users)
    }
  }
  return { words, locks }
}

const samePlace = (a: RawStep, b: RawStep | undefined): boolean =>
  b !== undefined && a.thread === b.thread && a.op === b.op && a.pc === b.pc && a.pc !== null && a.pc !== undefined

/**
 * Which steps of a failing schedule matter: what threads are asked to do and where they end, locks that several use, and
 * accesses to words that several use and one of them writes. The last step of the thread that fails always does.
 */
export const mattering = (steps: readonly RawStep[], failing: number | undefined): readonly boolean[] => {
  const { words, locks } = usersOf(steps)
  const isShared = (step: RawStep): boolean => {
    if (
      ACCESS.test(step.op) &&
      wordsOf(step).some((word) => words.get(word)!.threads.size > 1 && words.get(word)!.written)
    )
      return true
    return SYNC.test(step.op) && (locks.get(step.address ?? whatOf(step) ?? '')?.size ?? 0) > 1
  }
  const last = steps.findLastIndex(({ thread }) => failing === undefined || thread === failing)
  return steps.map((step, index) => {
    if (index === last) return true
    // What is done after the threads have ended matters only where it fails.
    if (step.thread === 0) return false
    if (samePlace(step, steps[index - 1])) return false
    return ALWAYS.has(step.op) || isShared(step)
  })
}

/** The steps of a failing schedule, with their places and lines. */
export const stepsOf = (
  { steps, symptom }: Pick<RawFailure, 'steps' | 'symptom'>,
  places: (stack: readonly string[]) => readonly Place[],
  textAt: (place: Place) => string,
): readonly Step[] => {
  const matters = mattering(steps, symptom.thread ?? undefined)
  return steps.map((step, index) => {
    const stack = places(step.stack.length > 0 ? step.stack : [step.pc ?? []].flat())
    return {
      thread: step.thread,
      op: step.op,
      on: whatOf(step),
      address: step.address ?? null,
      size: step.size ?? null,
      stack,
      text: stack[0] ? textAt(stack[0]).trim() : '',
      matters: matters[index]!,
    }
  })
}

const isStep = (one: Shown): one is Extract<Shown, { step: Step }> => 'step' in one

/** The steps that matter in their order, with what is left out between them and where another thread goes on. */
export const shownSteps = (steps: readonly Step[]): readonly Shown[] => {
  const shown: Shown[] = []
  let left = 0
  for (const step of steps) {
    if (!step.matters) {
      left++
      continue
    }
    if (left > 0) shown.push({ left })
    left = 0
    const before = shown.findLast(isStep)
    shown.push({ step, switched: before !== undefined && before.step.thread !== step.thread })
  }
  return left > 0 ? [...shown, { left }] : shown
}

/** How often another thread goes on although the first one could: as the schedule shows it. */
export const switchesIn = (steps: readonly Step[]): number =>
  steps.filter(({ thread }, index) => index > 0 && thread !== steps[index - 1]!.thread && thread > 0).length

const BLOCK = /^(setup|thread)\s*:\s*(.*)$/

/** What a scenario asks of each thread, in its own words: the set-up first. */
export const threadsOf = (scenario: string): readonly (readonly string[])[] => {
  const setup: string[] = []
  const threads: string[][] = []
  let open = setup
  for (const raw of scenario.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim()
    const [, block, rest] = BLOCK.exec(line) ?? []
    if (block === 'thread') threads.push([])
    if (block !== undefined) open = block === 'thread' ? threads.at(-1)! : setup
    const operation = block === undefined ? line : rest!
    if (operation !== '') open.push(operation)
  }
  return [setup, ...threads]
}
