// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { type Random, randomOf } from '../../testing/campaign/random.ts'
import { corpusNames, readCorpus } from '../../testing/corpus.ts'
import { often } from '../../testing/often.ts'
import { createSplatReader } from './reader.ts'

/** Everything that a reader says of a log. */
const read = (log: Buffer, remember: boolean): string => {
  const headers: object[] = []
  const reader = createSplatReader({ remember, onHeader: (header) => headers.push(header) })
  reader.push(log)
  return JSON.stringify([reader.end(), headers, reader.stats])
}

const logs = corpusNames().map((name) => ({ name, log: readCorpus(name).log }))
const alone = new Map(logs.map(({ name, log }) => [name, read(log, false)]))

const shuffled = <Item>(items: readonly Item[], random: Random): readonly Item[] => {
  const rest = [...items]
  return items.map(() => rest.splice(random.between(0, rest.length), 1)[0]!)
}

/** The names of the logs that read otherwise than alone, when all are read in a random order. */
const otherwise = (round: number, remember: boolean): readonly string[] =>
  shuffled(logs, randomOf('order', `${round}`))
    .filter(({ name, log }) => read(log, remember) !== alone.get(name))
    .map(({ name }) => name)

// Lines are remembered when they come a second time, reports then; the third order meets them.
test('the logs of the corpus read as they do alone, in whatever order one process reads them', () => {
  for (let round = 0; round < 5; round += 1) expect(otherwise(round, true), `order ${round}`).toEqual([])
  for (let round = 0; round < often(1, 5); round += 1) expect(otherwise(round, false), `order ${round}`).toEqual([])
}, 120_000)
