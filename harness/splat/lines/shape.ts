// SPDX-License-Identifier: MIT
import { Generations } from './generations.ts'
import { MAX_TEXT, Masked } from './values.ts'

/** A place for each answer. */
const NO_ANSWERS: unknown[] = []

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
  /** The questions that were asked, and those with the answer yes: a bit for each, in two words. */
  asked = 0
  yes = 0
  askedMore = 0
  yesMore = 0
  /** Other answers, by the number of their question. */
  answers: readonly unknown[] = NO_ANSWERS

  constructor(text: string, id = 0, isExact = true, pidAt = -1) {
    this.text = text
    this.id = id
    this.isExact = isExact
    this.pidAt = pidAt
  }
}

const BITS = 30
let questions = 0

/** A question about a text with yes or no as its answer, which each shape keeps. */
export const question = (ask: (text: string) => boolean): ((shape: Shape) => boolean) => {
  if (questions >= 2 * BITS) throw new RangeError('a shape has no bit for one more question')
  const bit = 1 << (questions % BITS)
  questions += 1
  return questions > BITS ? inSecondWord(bit, ask) : inFirstWord(bit, ask)
}

const inFirstWord =
  (bit: number, ask: (text: string) => boolean) =>
  (shape: Shape): boolean => {
    if ((shape.asked & bit) === 0) {
      shape.asked |= bit
      if (ask(shape.text)) shape.yes |= bit
    }
    return (shape.yes & bit) !== 0
  }

const inSecondWord =
  (bit: number, ask: (text: string) => boolean) =>
  (shape: Shape): boolean => {
    if ((shape.askedMore & bit) === 0) {
      shape.askedMore |= bit
      if (ask(shape.text)) shape.yesMore |= bit
    }
    return (shape.yesMore & bit) !== 0
  }

const NOTHING = Symbol('nothing')

const keep = (shape: Shape, place: number, answer: unknown): void => {
  // The others may have been answered while this one was found.
  const answers = shape.answers === NO_ANSWERS ? NO_ANSWERS.slice() : (shape.answers as unknown[])
  answers[place] = answer
  shape.answers = answers
}

/** What is found in a text, which each shape keeps: it must not be changed. */
export const lookup = <Answer>(find: (shape: Shape) => Answer): ((shape: Shape) => Answer) => {
  const place = NO_ANSWERS.push(undefined) - 1
  return (shape) => {
    const before = shape.answers[place]
    if (before !== undefined) return (before === NOTHING ? undefined : before) as Answer
    const found = find(shape)
    keep(shape, place, found ?? NOTHING)
    return found
  }
}

/** A text with its shape. */
export interface Text {
  readonly text: string
  readonly shape: Shape
}

/** What is found in a text. Only what is found in a text without values is kept: else it may have one in it. */
export const ofText = <Answer>(find: (text: string) => Answer): ((line: Text) => Answer | undefined) => {
  const ofShape = lookup(({ text }) => find(text))
  return ({ text, shape }) => {
    const found = ofShape(shape)
    return found === undefined || shape.isExact ? found : find(text)
  }
}

// Bytes, about: the text of a shape is never longer than 1000, and its answers are a frame and a few others.
const MOST = 8 * 1024 * 1024
const known = new Generations<number, Shape>(MOST, ({ text }) => text.length + 250)
const masked = new Masked()
const scratch = Buffer.alloc(MAX_TEXT)
const ASCII = /^[\t -~]*$/
let last = 0

/** Makes the shape of a text, or finds it. */
export const shapeOf = (text: string): Shape => {
  if (text.length > MAX_TEXT || !ASCII.test(text)) return new Shape(text)
  scratch.write(text, 'latin1')
  if (!masked.read(scratch, 0, text.length, 0)) return new Shape(text)
  const before = known.get(masked.hash)
  if (before !== undefined && masked.is(before.text)) return before
  last += 1
  // A text of its own: the one that was given may be a part of a long one, which would be kept for it.
  const shape = new Shape(masked.text, last, masked.values.length === 0, masked.pidAt)
  known.set(masked.hash, shape)
  return shape
}

/** The shape of a text that is left out. */
export const BLANK_SHAPE = shapeOf('')

/** About how many bytes the shapes take that are remembered. @internal */
export const shapesWeight = (): number => known.weight
