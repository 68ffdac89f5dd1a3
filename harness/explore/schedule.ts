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
  /** What it touches as the source names it: `zspage->inuse`; null where that is not sure. */
  readonly variable: string | null
  /** Innermost first. */
  readonly stack: readonly Place[]
  /** The text of its line; empty when unknown. */
  readonly text: string
  /** Whether it belongs to the shortest account of the failure. */
  readonly matters: boolean
}

/** A step that is shown, or how many are left out in its place. */
export type Shown =
  | { readonly step: Step; readonly switched: boolean }
  | { readonly left: number; readonly thread: number }

const SYNC = /lock/
const READS = /^(?:read|atomic)/
const WRITES = /^(?:write|atomic|free)/
// What threads are asked to do, where they end, and where it goes wrong.
const ALWAYS = new Set(['call', 'return', 'end', 'failure'])

const WORD = 8n
// Of a page as a whole, the first words stand for all.
const MOST_BYTES = 512

/** The 8-byte words that a step touches. */
export const wordsOf = ({ address, size }: Pick<RawStep, 'address' | 'size'>): readonly bigint[] => {
  if (address === null || address === undefined) return []
  const first = BigInt(address) / WORD
  const last = (BigInt(address) + BigInt(Math.max(1, Math.min(size ?? 1, MOST_BYTES))) - 1n) / WORD
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => first + BigInt(index))
}

const whatOf = (step: RawStep): string | null => step.name ?? step.text ?? step.object ?? step.address ?? null

const lockOf = (step: RawStep): string => step.address ?? whatOf(step) ?? ''

/** Locks that several threads use. */
const sharedLocks = (steps: readonly RawStep[]): ReadonlySet<string> => {
  const users = new Map<string, Set<number>>()
  for (const step of steps.filter(({ op, thread }) => thread > 0 && SYNC.test(op)))
    users.set(lockOf(step), (users.get(lockOf(step)) ?? new Set()).add(step.thread))
  return new Set([...users].filter(([, threads]) => threads.size > 1).map(([lock]) => lock))
}

/**
 * Indices of the steps by which one thread learns what another did: a read of a word that another thread wrote last, and
 * that write. Each pair counts once.
 */
const passedOn = (steps: readonly RawStep[]): ReadonlySet<number> => {
  const written = new Map<bigint, number>()
  const seen = new Set<string>()
  const found = new Set<number>()
  for (const [index, step] of steps.entries()) {
    if (step.thread === 0) continue
    for (const word of wordsOf(step)) {
      const write = written.get(word)
      const pair = `${write} ${step.thread}`
      if (READS.test(step.op) && write !== undefined && steps[write]!.thread !== step.thread && !seen.has(pair)) {
        seen.add(pair)
        found.add(write).add(index)
      }
      if (WRITES.test(step.op)) written.set(word, index)
    }
  }
  return found
}

/**
 * Which steps of a failing schedule matter: what threads are asked to do and where they end, locks that several use, and
 * what one thread wrote and another read. The last step of the thread that fails always does.
 */
export const mattering = (steps: readonly RawStep[], failing: number | undefined): readonly boolean[] => {
  const locks = sharedLocks(steps)
  const passed = passedOn(steps)
  const last = steps.findLastIndex(({ thread }) => failing === undefined || thread === failing)
  return steps.map((step, index) => {
    if (index === last) return true
    // What is set up, and done after the threads have ended, matters only where it fails.
    if (step.thread === 0) return step.op === 'failure'
    return ALWAYS.has(step.op) || passed.has(index) || (SYNC.test(step.op) && locks.has(lockOf(step)))
  })
}

const isInC = ({ file }: Place): boolean => file?.endsWith('.c') === true

/** Where a reader looks for a step: not in the header of a lock or a list, but where it is used. */
export const shownPlace = (stack: readonly Place[]): Place | undefined => stack.find(isInC) ?? stack[0]

const isDeferred = (steps: readonly RawStep[], index: number): boolean => {
  const { thread, address, op } = steps[index]!
  if (address === null || address === undefined || op === 'wait' || op === 'failure') return false
  let next = index + 1
  while (steps[next]?.op === 'wait' && steps[next]!.thread === thread) next++
  const after = steps[next]
  return after !== undefined && after.thread !== thread && steps.slice(next).some((one) => one.thread === thread)
}

/**
 * The steps in the order in which they happened. The explorer prints an access before it stops the thread at it, but it
 * happens only when the thread goes on.
 */
export const inOrder = (steps: readonly RawStep[]): readonly RawStep[] => {
  const waiting = new Map<number, RawStep>()
  return steps.flatMap((step, index) => {
    const resumes = steps[index - 1]?.thread !== step.thread
    const first = resumes ? waiting.get(step.thread) : undefined
    if (first) waiting.delete(step.thread)
    const now = first ? [first] : []
    if (!isDeferred(steps, index)) return [...now, step]
    waiting.set(step.thread, step)
    return now
  })
}

/** What the words of steps are made of. */
export interface Words {
  readonly places: (stack: readonly string[]) => readonly Place[]
  readonly textAt: (place: Place) => string
  /** The name of what a step touches. */
  readonly variableOf: (step: RawStep, stack: readonly Place[]) => string | null
}

/** The steps of a failing schedule, with their places and lines. */
export const stepsOf = (
  { steps: all, symptom, text }: Pick<RawFailure, 'steps' | 'symptom' | 'text'>,
  { places, textAt, variableOf }: Words,
): readonly Step[] => {
  const threads = threadsOf(text).length - 1
  // What comes after the threads counts as set-up.
  const own = (thread: number): number => (threads > 0 && thread > threads ? 0 : thread)
  const steps = inOrder(all.filter(({ op }) => op !== 'switch')).map((step) => ({ ...step, thread: own(step.thread) }))
  const matters = mattering(steps, symptom.thread == null ? undefined : own(symptom.thread))
  return steps.map((step, index) => {
    const stack = places(step.stack.length > 0 ? step.stack : [step.pc ?? []].flat())
    const shown = shownPlace(stack)
    return {
      thread: step.thread,
      op: step.op,
      on: whatOf(step),
      address: step.address ?? null,
      size: step.size ?? null,
      variable: variableOf(step, stack),
      stack,
      text: shown ? textAt(shown).trim() : '',
      matters: matters[index]!,
    }
  })
}

const isStep = (one: Shown): one is Extract<Shown, { step: Step }> => 'step' in one

/** The steps that matter in their order, with what is left out between them and where another thread goes on. */
export const shownSteps = (steps: readonly Step[]): readonly Shown[] => {
  const shown: Shown[] = []
  let left: { left: number; thread: number } | undefined
  const close = (): void => {
    if (left) shown.push(left)
    left = undefined
  }
  for (const step of steps) {
    if (left?.thread !== step.thread) close()
    if (step.matters) {
      close()
      const before = shown.findLast(isStep)
      shown.push({ step, switched: before !== undefined && before.step.thread !== step.thread })
    } else if (left) left.left++
    // What is set up is no part of the account.
    else if (step.thread > 0) left = { left: 1, thread: step.thread }
  }
  close()
  return shown
}

const BLOCK = /^(setup|thread)\s*:\s*(.*)/

/** What a scenario asks of each thread, in its own words: the set-up first. */
export const threadsOf = (scenario: string): readonly (readonly string[])[] => {
  const setup: string[] = []
  const threads: string[][] = []
  let open = setup
  for (const raw of scenario.split('\n')) {
    const line = raw.replace(/#.*/, '').trim()
    const [, block, rest] = BLOCK.exec(line) ?? []
    if (block === 'thread') threads.push([])
    if (block !== undefined) open = block === 'thread' ? threads.at(-1)! : setup
    const operation = block === undefined ? line : rest!
    if (operation !== '') open.push(operation)
  }
  return [setup, ...threads]
}
