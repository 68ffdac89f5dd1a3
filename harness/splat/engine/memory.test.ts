// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { randomOf } from '../../testing/campaign/random.ts'
import { corpusNames, readCorpus } from '../../testing/corpus.ts'
import { wholeLogs } from '../../testing/mutations/logs.ts'
import { canInterleave, drops, interleaved, repeats } from '../../testing/mutations/mutate.ts'
import { forms, formsWeight } from '../lines/forms.ts'
import { shapesWeight } from '../lines/shape.ts'
import { linesKept } from './memory.ts'
import { createSplatReader } from './reader.ts'

/** Everything that a reader says of a log. */
const read = (log: string, remember: boolean): string => {
  const headers: object[] = []
  const reader = createSplatReader({ remember, onHeader: (header) => headers.push(header) })
  reader.push(Buffer.from(log, 'latin1'))
  return JSON.stringify([reader.end(), headers, reader.stats])
}

const names = corpusNames().filter((_, index) => index % 17 === 0)
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
    for (const { name, lines } of changed.filter((_, index) => index % 17 === 0))
      same(`${log.name}, ${name}`, copyOf(lines.map(({ text }) => text).join('\n')))
  }
  const [one, other] = whole.filter(canInterleave)
  for (const { name, lines } of interleaved(one!, other!, random))
    for (let round = 0; round < 3; round += 1) same(name, copyOf(lines.map(({ text }) => text).join('\n')))
})

const MIB = 1024 * 1024

test('of lines that never come again, and of very long ones, little is remembered', () => {
  const find = (line: string): void => {
    const bytes = Buffer.from(line)
    // Only what comes again is remembered.
    for (let time = 0; time < 2; time += 1)
      if (forms.find(bytes, 0, bytes.length) === undefined) forms.learn(line, false)
  }
  for (let number = 0; number < 9_000; number += 1) find(`line ${number} ${'y'.repeat(900)}`)
  expect(shapesWeight()).toBeGreaterThan(4 * MIB)
  expect(shapesWeight()).toBeLessThan(8.1 * MIB)
  expect(formsWeight()).toBeLessThan(8.1 * MIB)
  const before = [shapesWeight(), formsWeight()]
  for (let number = 0; number < 2; number += 1)
    read(`WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n${`${number}`.repeat(MIB)}\n`.repeat(2), true)
  expect(shapesWeight() - before[0]!).toBeLessThan(1000)
  expect(formsWeight() - before[1]!).toBeLessThan(1000)
})

test('of reports that never come again, little is remembered', () => {
  const report = (number: number): string => {
    const frames = Array.from({ length: 400 }, (_, at) => ` f${(number * 7 + at) % 500}+0x1/0x2`)
    return [`WARNING: CPU: 0 PID: 1 at a.c:${number} f${number}+0x1/0x2`, 'Call Trace:', ...frames].join('\n')
  }
  read(Array.from({ length: 340 }, (_, number) => report(number)).join('\n'), true)
  expect(linesKept()).toBeGreaterThan(30_000)
  expect(linesKept()).toBeLessThan(2 * 65_536 + 1000)
})
