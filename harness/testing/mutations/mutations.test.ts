// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { randomOf } from '../campaign/random.ts'
import { describe, type MutationName, mutateAll, mutations, SEED } from './campaign.ts'
import { judge } from './judge.ts'
import { KNOWN } from './known.ts'
import { linesOf, wholeLog, wholeLogs } from './logs.ts'
import { canInterleave, cuts, drops, interleaved, repeats, reprefixed } from './mutate.ts'

// The long tier reads all mutations of all logs: here every 29th log, and every 13th mutation of it.
const PART = 29
const STEP = 13

const logs = wholeLogs(PART)
const kinds = Object.keys(mutations) as MutationName[]

test.each(kinds)('%s: no exception, and where the engine is right on all, no wrong function', (kind) => {
  const { count, violations } = mutateAll(kind, logs, STEP)
  expect(count).toBeGreaterThan(0)
  const wrong = KNOWN[kind] === 0 ? violations : violations.filter(({ rule }) => rule === 'throws')
  expect(wrong, `seed ${SEED}\n${describe(wrong)}`).toEqual([])
})

const LOG = 'oops/x86-null-deref-6.1.log'

test('a mutation keeps what it does not change, and each line knows its place', () => {
  const log = wholeLog(LOG)
  const all = linesOf(log)
  expect([...cuts(log)].map(({ lines }) => lines)).toEqual(all.slice(1).map((_, end) => all.slice(0, end + 1)))
  for (const { lines } of [...drops(log, randomOf('1', 'd')), ...repeats(log, randomOf('1', 'r'))])
    for (const { text, at } of lines) expect(text).toBe(log.lines[at - 1])
  for (const { lines } of reprefixed(log)) expect(lines.map(({ at }) => at)).toEqual(all.map(({ at }) => at))
})

test('two logs are woven line by line, in their own order', () => {
  const [one, other] = logs.filter(canInterleave)
  const woven = [...interleaved(one!, other!, randomOf('1', 'i'))]
  expect(woven).toHaveLength(2)
  for (const { lines } of woven)
    for (const log of [one!, other!])
      expect(lines.filter((line) => line.log === log).map(({ at }) => at)).toEqual(
        log.lines.map((_, index) => index + 1),
      )
})

test('a wrong function is seen, and one that the cut took away is not held against the reading', () => {
  const log = wholeLog(LOG)
  const [splat] = log.splats
  const named = log.lines.map((text) => text.replaceAll(splat!.function!, 'someone_else'))
  const renamed = linesOf(log).map((line, index) => ({ ...line, text: named[index]! }))
  expect(judge(log, { name: 'renamed', lines: renamed })).toMatchObject([
    { rule: 'wrong function', expected: splat!.function },
  ])
  expect(judge(log, { name: 'whole', lines: linesOf(log), keeps: log.splats })).toEqual([])
  expect(judge(log, { name: 'empty', lines: [], keeps: log.splats })).toMatchObject([{ rule: 'lost report' }])
})

test('a wrong function is undecidable only where nothing but frames is missing', () => {
  const log = wholeLog(LOG)
  const at = (part: string): number => log.lines.findIndex((line) => line.includes(part)) + 1
  const without = (...gone: readonly number[]) =>
    judge(log, { name: 'test', lines: linesOf(log).filter((line) => !gone.includes(line.at)) })
  const own = log.splats[0]!.frames.findIndex(({ function: name }) => name === log.splats[0]!.function)
  const frame = log.lines.findLastIndex((line) => line.includes(` ${log.splats[0]!.frames[own]!.function}+`)) + 1
  expect(without(at('RIP: 0010'))).toEqual([])
  expect(without(at('RIP: 0010'), frame)).toEqual([])
  const doctored = { ...log, splats: log.splats.map((splat) => ({ ...splat, function: 'another' })) }
  const [found] = judge(doctored, { name: 'test', lines: linesOf(doctored) })
  expect(found?.undecidable).toBe(false)
})

test('a stack without its innermost frame is that of another compiler', () => {
  const log = wholeLog('bug/x86-sleeping-6.1.log')
  const name = log.splats[0]!.function!
  const frame = log.lines.findIndex((line) => line.includes(` ${name}+`)) + 1
  const [found] = judge(log, { name: 'test', lines: linesOf(log).filter((line) => line.at !== frame) })
  expect(found?.undecidable).toBe(true)
})

test('what another report of the log lacks does not count', () => {
  const log = wholeLog('hung-task/x86-two-tasks-5.4.log')
  const find = (part: string): number => log.lines.findIndex((line) => line.includes(part)) + 1
  const [header, frame] = [find('INFO: task jbd2'), find('add_transaction_credits+')]
  const lines = linesOf(log).filter(({ at }) => at !== header && at !== frame)
  expect(judge(log, { name: 'test', lines }).map(({ undecidable }) => undecidable)).toEqual([true])
})
