// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest'
import { makeProgram } from './index.ts'

const calls = vi.hoisted(() => ({ report: vi.fn(), merge: vi.fn(), corpus: vi.fn(), history: vi.fn() }))
vi.mock('./actions/report.ts', () => ({ report: calls.report, merge: calls.merge }))
vi.mock('./actions/report-corpus.ts', () => ({ corpus: calls.corpus }))
vi.mock('./actions/report-history.ts', () => ({ history: calls.history }))

const parse = async (...argv: readonly string[]): Promise<void> => {
  const program = makeProgram()
  for (const command of program.commands.flatMap((one) => [one, ...one.commands]))
    command.exitOverride().configureOutput({ writeErr: () => undefined })
  await program.parseAsync(['report', ...argv], { from: 'user' })
}

test('the options of report corpus are its own', async () => {
  await parse('corpus', 'latest', '--format', 'markdown', '-o', 'x.md', '--results', 'r')
  expect(calls.corpus).toHaveBeenLastCalledWith('latest', { format: 'markdown', output: 'x.md', results: 'r' })
  await parse('corpus', '--format=json')
  expect(calls.corpus).toHaveBeenLastCalledWith(undefined, { format: 'json' })
  await expect(parse('corpus', '--format', 'junit')).rejects.toThrow(/html, markdown, json/)
})

test('those of report stand before or after the run', async () => {
  for (const argv of [
    ['latest', '--format', 'junit'],
    ['--format', 'junit', 'latest'],
  ]) {
    await parse(...argv)
    expect(calls.report).toHaveBeenLastCalledWith('latest', { format: 'junit' })
  }
  await parse('merge', 'a', 'b', '--results', 'r')
  expect(calls.merge).toHaveBeenLastCalledWith(['a', 'b'], { results: 'r' })
})

test('report history has a folder, a format and an output', async () => {
  await parse('history', 'r', '--format', 'json', '-o', 'x.json')
  expect(calls.history).toHaveBeenLastCalledWith('r', { format: 'json', output: 'x.json' })
  await parse('history', '--schema')
  expect(calls.history).toHaveBeenLastCalledWith(undefined, { format: 'html', schema: true })
  await parse('history')
  expect(calls.history).toHaveBeenLastCalledWith(undefined, { format: 'html' })
  await expect(parse('history', '--format', 'kcidb')).rejects.toThrow(/html, markdown, json/)
})

test('who reports to KCIDB, and where results are published, are flags of report', async () => {
  await parse('latest', '--format', 'kcidb', '--origin', 'myci', '--base-url', 'https://x.example/r')
  const flags = { format: 'kcidb', origin: 'myci', baseUrl: 'https://x.example/r' }
  expect(calls.report).toHaveBeenLastCalledWith('latest', flags)
})
