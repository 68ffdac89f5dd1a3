// SPDX-License-Identifier: MIT
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JOURNAL, Journal, parseJournal, readJournal } from './journal.ts'
import type { JournalRecord } from './records.ts'

const record = (title: string): JournalRecord => ({
  t: 'symptom',
  at: '2023-01-10T23:18:01.000Z',
  symptom: { kind: null, title, oracle: null, signature: false, bucket: null },
})

const text = (records: readonly JournalRecord[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('')

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-journal-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('parseJournal', () => {
  test('reads the records before any cut', () => {
    const titles = fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 })
    fc.assert(
      fc.property(titles, fc.nat(), (names, where) => {
        const records = names.map(record)
        const bytes = Buffer.from(text(records))
        const cut = bytes.subarray(0, where % (bytes.length + 1))
        const read = parseJournal(cut)
        expect(read.records).toEqual(records.slice(0, read.records.length))
        expect(read.length).toBeLessThanOrEqual(cut.length)
        const whole = records.findLastIndex(
          (_, index) => Buffer.byteLength(text(records.slice(0, index + 1))) <= cut.length,
        )
        expect(read.records.length).toBe(whole + 1)
      }),
    )
  })

  test('rejects a damaged line before others', () => {
    expect(() => parseJournal(Buffer.from(`${text([record('a')])}{"t":\n${text([record('b')])}`))).toThrow(
      'journal.jsonl: line 2 cannot be read',
    )
  })

  test('rejects a damaged last line that is whole: no kill leaves that', () => {
    expect(() => parseJournal(Buffer.from(`${text([record('a')])}{"t":\n`))).toThrow('line 2 cannot be read')
  })
})

describe('Journal', () => {
  test('a damaged one is refused by its path, and nothing holds its lock', async () => {
    const path = join(dir, JOURNAL)
    await appendFile(path, `${text([record('a')])}BAD\n${text([record('b')])}`)
    // A lock that was kept would refuse the second.
    for (let time = 0; time < 2; time++)
      await expect(Journal.open(dir)).rejects.toThrow(`${path}: line 2 cannot be read`)
  })

  test('drops an incomplete last line and continues', async () => {
    {
      await using journal = await Journal.open(dir)
      await journal.add(record('one'))
    }
    await appendFile(join(dir, JOURNAL), '{"t":"symp')
    {
      await using journal = await Journal.open(dir)
      expect(journal.records).toEqual([record('one')])
      await journal.add(record('two'))
    }
    expect(await readJournal(dir)).toEqual([record('one'), record('two')])
    expect(await readFile(join(dir, JOURNAL), 'utf8')).toBe(text([record('one'), record('two')]))
  })

  test('has one writer at a time', async () => {
    await using _first = await Journal.open(dir)
    await expect(Journal.open(dir)).rejects.toThrow('another process is running this bisection')
  })

  test('waits for a writer that is about to end', async () => {
    const first = await Journal.open(dir)
    const second = Journal.open(dir)
    await sleep(300)
    await first[Symbol.asyncDispose]()
    await (await second)[Symbol.asyncDispose]()
  })

  test('reports a folder without a journal', async () => {
    await expect(readJournal(dir)).rejects.toThrow('no bisection in this folder')
  })
})
