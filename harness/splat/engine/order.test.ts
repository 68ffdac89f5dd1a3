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

/** A log, or a part of one. */
interface Log {
  readonly name: string
  readonly log: Buffer
}

const later = Array.from({ length: 60 }, (_, at) => `[99999.${100_000 + at}] virtio_net virtio1 eth${at}: renamed\n`)

/** Logs with the same lines, of which reports read otherwise: cut off, followed by others, without their first line. */
const variants = ({ name, log }: Log): readonly Log[] => {
  const middle = log.indexOf('\n', log.length / 2) + 1
  return [
    { name: `${name}, cut`, log: log.subarray(0, middle) },
    { name: `${name}, followed`, log: Buffer.concat([log, Buffer.from(later.join(''))]) },
    { name: `${name}, late`, log: log.subarray(log.indexOf('\n') + 1) },
  ]
}

const whole: readonly Log[] = corpusNames().map((name) => ({ name, log: readCorpus(name).log }))
const logs = [...whole, ...whole.filter((_, index) => index % 5 === 0).flatMap(variants)]
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
