// SPDX-License-Identifier: MIT
import type { Splat } from '../../splat/index.ts'
import { corpusNames, readCorpus } from '../corpus.ts'
import { readSplats } from '../splats.ts'

/** One log of the corpus: its lines, byte by byte, and what the engine reads in the whole of it. */
export interface WholeLog {
  readonly name: string
  readonly lines: readonly string[]
  readonly splats: readonly Splat[]
}

/** A line of a mutated log, and where it came from. */
export interface Line {
  readonly text: string
  readonly log: WholeLog
  /** 1-based line of that log. */
  readonly at: number
}

/** A log that was changed. */
export interface Mutated {
  readonly name: string
  readonly lines: readonly Line[]
  /** Reports that must all be listed. */
  readonly keeps?: readonly Splat[]
}

/** The lines of a log, each with its place. */
export const linesOf = (log: WholeLog): readonly Line[] =>
  log.lines.map((text, index) => ({ text, log, at: index + 1 }))

/** The bytes of a mutated log. */
export const bytesOf = (lines: readonly Line[]): Buffer =>
  Buffer.from(lines.map(({ text }) => `${text}\n`).join(''), 'latin1')

/** The log of the corpus with this name; its lines are characters for bytes. */
export const wholeLog = (name: string): WholeLog => {
  const { log } = readCorpus(name)
  const text = log.toString('latin1')
  return { name, lines: (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'), splats: readSplats(log) }
}

/** All logs of the corpus, or the part of them whose number is `of` modulo `parts`. */
export const wholeLogs = (parts = 1, of = 0): readonly WholeLog[] =>
  corpusNames()
    .filter((_, index) => index % parts === of)
    .map(wholeLog)
