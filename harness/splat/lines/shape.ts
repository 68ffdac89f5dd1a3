// SPDX-License-Identifier: MIT
import { Generations } from './generations.ts'
import { MAX_TEXT, Masked } from './values.ts'

/**
 * The text of a message without its values: equal for all texts that differ in values alone. What the engine asks of a
 * text is asked of its shape, and only once. That is right because no pattern looks into a value: `shape.test.ts` holds
 * the engine to it. Most texts have no value: then the shape is the text.
 */
export class Shape {
  /** Unique; 0 for the shape of a text that is not remembered. */
  readonly id: number
  readonly text: string
  /** The text has no values. */
  readonly isExact: boolean
  /** Where the number of a process is in the text; -1 without one. */
  readonly pidAt: number
  /** The questions that were asked, and those with the answer yes: a bit for each. */
  asked = 0
  yes = 0
  /** Other answers, by the number of their question. */
  readonly answers: unknown[] = []

  constructor(text: string, id = 0, isExact = true, pidAt = -1) {
    this.text = text
    this.id = id
    this.isExact = isExact
    this.pidAt = pidAt
  }
}

const MOST_QUESTIONS = 30
let questions = 0
let lookups = 0

/** A question about a text with yes or no as its answer, which each shape keeps. */
export const question = (ask: (text: string) => boolean): ((shape: Shape) => boolean) => {
  if (questions >= MOST_QUESTIONS) throw new RangeError('a shape has no bit for one more question')
  const bit = 1 << questions
  questions += 1
  return (shape) => {
    if ((shape.asked & bit) === 0) {
      shape.asked |= bit
      if (ask(shape.text)) shape.yes |= bit
    }
    return (shape.yes & bit) !== 0
  }
}

const NOTHING = Symbol('nothing')

/** What is found in a text, which each shape keeps. */
export const lookup = <Answer>(find: (shape: Shape) => Answer): ((shape: Shape) => Answer) => {
  const place = lookups
  lookups += 1
  return (shape) => {
    const before = shape.answers[place]
    if (before !== undefined) return (before === NOTHING ? undefined : before) as Answer
    const found = find(shape)
    while (shape.answers.length < place) shape.answers.push(undefined)
    shape.answers[place] = found ?? NOTHING
    return found
  }
}

// Bytes, about: the text of a shape is never longer than 1000, and the rest of it small.
const MOST = 4 * 1024 * 1024
const known = new Generations<string, Shape>(MOST, ({ text }) => text.length + 100)
const masked = new Masked()
const scratch = Buffer.alloc(MAX_TEXT)
const ASCII = /^[\t -~]*$/
let last = 0

/** Makes the shape of a text, or finds it. */
export const shapeOf = (text: string): Shape => {
  if (text.length > MAX_TEXT || !ASCII.test(text)) return new Shape(text)
  scratch.write(text, 'latin1')
  if (!masked.read(scratch, 0, text.length, 0)) return new Shape(text)
  // A text of its own: the one that was given may be a part of a long one, which would be kept for it.
  const own = masked.text
  const before = known.get(own)
  if (before !== undefined) return before
  last += 1
  const shape = new Shape(own, last, masked.values.length === 0, masked.pidAt)
  known.set(own, shape)
  return shape
}

/** The shape of a text that is left out. */
export const BLANK_SHAPE = shapeOf('')

/** About how many bytes the shapes take that are remembered. @internal */
export const shapesWeight = (): number => known.weight
