// SPDX-License-Identifier: MIT
import { homedir } from 'node:os'
import type { Command } from 'commander'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { makeProgram } from '../../commands/index.ts'
import { packageRoot } from '../../lib/paths.ts'
import { EXIT } from '../../model/errors.ts'
import { commandReference } from './commands.ts'

const withSubcommands = (command: Command): readonly Command[] => [
  command,
  ...command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help')
    .flatMap(withSubcommands),
]

describe('the reference of commands', () => {
  const { columns, isTTY } = process.stdout
  afterEach(() => {
    Object.assign(process.stdout, { columns, isTTY })
    vi.unstubAllEnvs()
  })

  test('does not depend on the terminal', () => {
    const reference = commandReference(makeProgram())
    vi.stubEnv('COLUMNS', '30')
    vi.stubEnv('FORCE_COLOR', '1')
    Object.assign(process.stdout, { columns: 30, isTTY: true })
    expect(commandReference(makeProgram())).toBe(reference)
  })

  test('has every command, flag and exit code, and nothing of this machine', () => {
    const reference = commandReference(makeProgram())
    for (const command of withSubcommands(makeProgram()))
      for (const { flags, hidden } of command.options) if (!hidden) expect(reference).toContain(`| \`${flags}\` |`)
    for (const one of withSubcommands(makeProgram()).slice(1)) expect(reference).toContain(`${one.name()}\n\n`)
    for (const exitCode of Object.values(EXIT)) expect(reference).toContain(`\n| ${exitCode} | `)
    expect(reference).not.toContain(packageRoot)
    expect(reference).not.toContain(homedir())
  })

  test('shows paragraphs as prose and examples as code, as the help has them', () => {
    const program = makeProgram()
    const command = program.command('x').description('does <x> | y')
    command.argument('[file...]', 'files (default: all)').option('-n <n>', 'how many', '3')
    command.addHelpText('after', '\nSome *prose*.\nMore.\n\nExamples:\n  zsharness x   does it\n\n  zsharness y')
    const section = commandReference(program).split('## zsharness x\n\n')[1]
    expect(section).toBe(
      [
        'does \\<x> \\| y',
        '```text\nzsharness x [options] [file...]\n```',
        '| Argument | Default | Meaning |\n| --- | --- | --- |\n| `[file...]` | all | files |',
        '| Option | Default | Meaning |\n| --- | --- | --- |\n| `-n <n>` | `3` | how many |',
        'Some \\*prose\\*.\nMore.',
        'Examples:',
        '```text\nzsharness x   does it\n```',
        '```text\nzsharness y\n```',
      ].join('\n\n'),
    )
  })
})
