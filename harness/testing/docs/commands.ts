// SPDX-License-Identifier: MIT
import type { Argument, Command, Option } from 'commander'
import { ManualCommand } from '../../commands/shared/manual.ts'
import { exitTable } from './exits.ts'
import { code, escaped, fenced, table } from './markdown.ts'

const DEFAULT_IN_TEXT = / \(default: (.*)\)$/

interface Described {
  readonly description: string
  readonly defaultValue?: unknown
  readonly argChoices?: readonly string[] | undefined
}

const defaultOf = ({ description, defaultValue }: Described): string => {
  if (defaultValue !== undefined) return code(String(defaultValue))
  return escaped(DEFAULT_IN_TEXT.exec(description)?.[1] ?? '')
}

const meaningOf = ({ description, argChoices = [] }: Described): string => {
  const choices = argChoices.length > 0 ? `: ${argChoices.map(code).join(', ')}` : ''
  return escaped(description.replace(DEFAULT_IN_TEXT, '')) + choices
}

// Commander keeps the names of conflicting options, but does not type them.
type Conflicting = Option & { readonly conflictsWith?: readonly string[] }

const conflictsOf = ({ conflictsWith = [] }: Conflicting, command: Command): string => {
  const flags = command.options.filter((one) => conflictsWith.includes(one.attributeName())).map(({ long }) => long)
  return flags.length > 0 ? `; not with ${flags.map((flag) => code(flag ?? '')).join(', ')}` : ''
}

const optionRow = (option: Option, command: Command): readonly string[] => [
  code(option.flags),
  defaultOf(option),
  meaningOf(option) + conflictsOf(option, command),
]

const argumentRow = (argument: Argument): readonly string[] => {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return [code(argument.required ? `<${name}>` : `[${name}]`), defaultOf(argument), meaningOf(argument)]
}

/** Paragraphs as prose, indented lines as code. */
const blocksOf = (help: string): readonly string[] => {
  const blocks: string[][] = []
  for (const line of help.split('\n')) {
    const last = blocks.at(-1)
    const sameKind = last?.[0]?.startsWith('  ') === line.startsWith('  ')
    if (line === '' || last === undefined || !sameKind) blocks.push([])
    if (line !== '') blocks.at(-1)!.push(line)
  }
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) =>
      lines[0]!.startsWith('  ')
        ? fenced('text', lines.map((line) => line.slice(2)).join('\n'))
        : lines.map(escaped).join('\n'),
    )
}

const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`

const tables = (command: Command, options: readonly Option[]): readonly string[] => [
  ...(command.registeredArguments.length > 0
    ? [table(['Argument', 'Default', 'Meaning'], command.registeredArguments.map(argumentRow))]
    : []),
  ...(options.length > 0
    ? [
        table(
          ['Option', 'Default', 'Meaning'],
          options.map((option) => optionRow(option, command)),
        ),
      ]
    : []),
]

const sectionOf = (command: Command, depth: number): readonly string[] => [
  `${'#'.repeat(depth)} ${fullName(command)}`,
  escaped(command.description()),
  fenced('text', command.createHelp().commandUsage(command)),
  ...tables(
    command,
    command.options.filter(({ hidden }) => !hidden),
  ),
  ...blocksOf(command instanceof ManualCommand ? command.notes : ''),
  ...command.commands.flatMap((one) => sectionOf(one, depth + 1)),
]

// Without those that the shell alone calls, and the help of commander.
const commandsOf = (program: Command): readonly Command[] => {
  const visible = program.createHelp().visibleCommands(program)
  return program.commands.filter((command) => visible.includes(command))
}

const anchor = (command: Command): string => fullName(command).replaceAll(' ', '-')

const listed = (command: Command): readonly (readonly string[])[] => [
  [`[${fullName(command)}](#${anchor(command)})`, escaped(command.description())],
  ...command.commands.flatMap(listed),
]

/** The reference of the whole command line. */
export const commandReference = (program: Command): string =>
  [
    escaped(program.description()),
    table(['Command', 'What it does'], commandsOf(program).flatMap(listed)),
    'Options of `zsharness` itself; every command has `--help`:',
    ...tables(program, program.createHelp().visibleOptions(program)),
    'Exit codes, unless the command says otherwise:',
    exitTable(),
    ...commandsOf(program).flatMap((command) => sectionOf(command, 2)),
  ].join('\n\n')
