// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { randomOf } from '../../testing/campaign/random.ts'
import { corpusNames, readCorpus } from '../../testing/corpus.ts'
import { wholeLogs } from '../../testing/mutations/logs.ts'
import { canInterleave, drops, interleaved, repeats } from '../../testing/mutations/mutate.ts'
import { formsWeight } from '../lines/forms.ts'
import { shapeOf, shapesWeight } from '../lines/shape.ts'
import { linesKept } from './memory.ts'
import { createSplatReader } from './reader.ts'

/** Everything that a reader says of a log. */
const read = (log: string, remember: boolean): string => {
  const headers: object[] = []
  const reader = createSplatReader({ remember, onHeader: (header) => headers.push(header) })
  reader.push(Buffer.from(log, 'latin1'))
  return JSON.stringify([reader.end(), headers, reader.stats])
}

const names = corpusNames().filter((_, index) => index % 37 === 0)
const logs = names
  .map((name) => ({ name, log: readCorpus(name).log.toString('latin1') }))
  .filter(({ log }) => log.length < 32 * 1024)
const random = randomOf('memory', 'values')

const low = (): string =>
  random
    .between(0, 2 ** 32)
    .toString(16)
    .padStart(8, '0')

/** The log of another run: later, in other processes, and at other addresses, which are equal where they were. */
const copyOf = (log: string): string => {
  const addresses = new Map<string, string>()
  const pids = new Map<string, number>()
  const other = <Value>(all: Map<string, Value>, key: string, make: () => Value): Value => {
    const value = all.get(key) ?? make()
    all.set(key, value)
    return value
  }
  const later = random.between(1, 900)
  return log
    .replace(/\[ *(\d+)\.(\d{6})\]/g, (_, s, us) => `[${`${Number(s) + later}`.padStart(5)}.${us}]`)
    .replace(/\b(ffff[0-9a-f]{4})([0-9a-f]{8})\b/g, (all, high) => other(addresses, all, () => high + low()))
    .replace(/PID: (\d+)/g, (_, pid) => `PID: ${other(pids, pid, () => random.between(1, 99_999))}`)
}

const same = (name: string, log: string): void => expect(read(log, true), name).toBe(read(log, false))

test('a log reads as if nothing had come before, and so do its copies with other values', () => {
  for (const { name, log } of logs) {
    same(name, log)
    same(`${name}, again`, log)
    same(`${name}, another run`, copyOf(log))
  }
})

test('numbers of processes that are equal by chance are not confused', () => {
  const chosen = [1, 9, 10, 27, 99, 99_999, 4_194_303]
  for (const { name, log } of logs)
    same(
      name,
      log.replace(/PID: \d+/g, () => `PID: ${chosen[random.between(0, chosen.length)]}`),
    )
})

test('addresses that are equal by chance are not confused', () => {
  for (const { name, log } of logs)
    same(
      name,
      log.replace(
        /\b(ffff[0-9a-f]{4})[0-9a-f]{8}\b/g,
        (_, high) => high + ['00000000', '00000001', 'ffffffda'][random.between(0, 3)],
      ),
    )
})

test('changed logs read as if nothing had come before', () => {
  const whole = wholeLogs(97)
  for (const log of whole) {
    const changed = [...drops(log, random), ...repeats(log, random)]
    for (const { name, lines } of changed.filter((_, index) => index % 37 === 0))
      same(`${log.name}, ${name}`, copyOf(lines.map(({ text }) => text).join('\n')))
  }
  const [one, other] = wholeLogs(19).filter(canInterleave)
  for (const { name, lines } of interleaved(one!, other!, random))
    for (let round = 0; round < 3; round += 1) same(name, copyOf(lines.map(({ text }) => text).join('\n')))
})

const MIB = 1024 * 1024

test('of lines that never come again, little is remembered, and nothing of very long ones', () => {
  for (let number = 0; number < 18_000; number += 1) shapeOf(`line ${number} ${'y'.repeat(900)}`)
  expect(shapesWeight()).toBeGreaterThan(8 * MIB)
  expect(shapesWeight()).toBeLessThan(16.1 * MIB)
  expect(shapeOf('y'.repeat(1001)).id).toBe(0)
  const before = [shapesWeight(), formsWeight()]
  read(`WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n${'z'.repeat(MIB)}\n`.repeat(2), true)
  expect(shapesWeight() - before[0]!).toBeLessThan(1000)
  expect(formsWeight() - before[1]!).toBeLessThan(1000)
})

test('a report is remembered once, with a few numbers for each line', () => {
  const frames = Array.from({ length: 400 }, (_, at) => ` f${at}+0x1/0x2`)
  const report = ['WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2', 'Call Trace:', ...frames].join('\n')
  const before = linesKept()
  read(`${report}\n`.repeat(3), true)
  expect(linesKept() - before).toBeGreaterThan(400)
  expect(linesKept() - before).toBeLessThan(1000)
})
