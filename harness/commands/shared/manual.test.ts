// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { makeProgram } from '../index.ts'

const commandOf = (...names: string[]): Command =>
  names.reduce<Command>((command, name) => command.commands.find((one) => one.name() === name)!, makeProgram())
const helpOf = (...names: string[]): string => commandOf(...names).helpInformation()
const headings = (help: string): readonly string[] => help.match(/^[A-Z ]+$/gm) ?? []

test('help has the sections of a manual page, in their order', () => {
  const sections = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'OPTIONS', 'EXIT STATUS', 'ENVIRONMENT', 'EXAMPLES']
  expect(headings(helpOf('run'))).toEqual(sections)
  expect(headings(helpOf('report'))).toEqual(expect.arrayContaining(['COMMANDS', 'ARGUMENTS']))
  expect(helpOf('run')).toMatch(/^NAME\n {7}zsharness run - /)
})

test('a command with exit codes of its own has no list of the others', () => {
  for (const names of [['log'], ['selftest'], ['bisect', 'step']]) {
    expect(headings(helpOf(...names))).not.toContain('EXIT STATUS')
    expect(helpOf(...names)).toMatch(/exits?\b[^.]*\b0\s/i)
  }
  for (const name of ['run', 'matrix', 'replay', 'report']) expect(headings(helpOf(name))).toContain('EXIT STATUS')
})

test('prose and options fit 80 columns; examples stand as they are written', () => {
  const help = helpOf('run')
  const wide = help.split('\n').filter((line) => line.length > 80)
  const [, examples = ''] = help.split('\nEXAMPLES\n')
  const [, variables = ''] = help.split('\nENVIRONMENT\n')
  expect(wide.every((line) => examples.includes(line) || variables.includes(line))).toBe(true)
  expect(examples).toContain('       zsharness run --arch arm64 --config zpool-on  the same on arm64')
})

test('every option of every command is in its help', () => {
  const check = (command: Command): void => {
    for (const { flags, hidden } of command.options)
      if (!hidden) expect(command.helpInformation()).toContain(`\n       ${flags}\n`)
    command.commands.forEach(check)
  }
  check(makeProgram())
})
