// SPDX-License-Identifier: MIT
import { expect, test, vi } from 'vitest'
import { makeProgram } from './index.ts'

const calls = vi.hoisted(() => ({ report: vi.fn(), merge: vi.fn(), corpus: vi.fn() }))
vi.mock('./actions/report.ts', () => ({ report: calls.report, merge: calls.merge }))
vi.mock('./actions/report-corpus.ts', () => ({ corpus: calls.corpus }))

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
