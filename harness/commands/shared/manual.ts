// SPDX-License-Identifier: MIT
import { type AddHelpTextContext, type AddHelpTextPosition, Command, type Help } from 'commander'
import { EXIT } from '../../model/errors.ts'

/** What each exit code means, unless the command says otherwise. */
export const EXIT_MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'as expected',
  kernel: 'a kernel failure: fail, not-fixed or regression',
  usage: 'wrong usage or configuration',
  host: 'the host or the harness failed, which says nothing about the kernel',
  inconclusive: 'inconclusive, not-demonstrated or invalid',
  interrupted: 'interrupted',
}

const VARIABLES = [
  ['ZSHARNESS_CACHE', 'the cache (default: $XDG_CACHE_HOME/zsharness, else ~/.cache/zsharness)'],
  ['ZSHARNESS_STORE', 'the place of --store'],
  ['ZSHARNESS_LOCKS', 'where runs of this host wait for each other (default: /tmp/zsharness-locks-UID)'],
  ['NO_COLOR', 'no colours, whatever it is set to'],
] as const

const INDENT = 7
const indent = (text: string, depth: number): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(depth) + line))
    .join('\n')

type Rows = readonly (readonly [term: string, meaning: string])[]

/** A command whose help has the sections of a manual page. */
export class ManualCommand extends Command {
  /** What the help says beyond the lists of arguments and options: paragraphs, and examples as indented lines. */
  notes = ''

  override createCommand(name?: string): ManualCommand {
    return new ManualCommand(name)
  }

  override addHelpText(position: AddHelpTextPosition, text: string | ((context: AddHelpTextContext) => string)): this {
    if (position !== 'after' || typeof text !== 'string') throw new Error('a manual has strings, and its own order')
    this.notes = text.trim()
    return this
  }
}

const wrapped = (text: string, depth: number, helper: Help, width: number): string =>
  indent(helper.boxWrap(text, Math.max(width - depth, 40)), depth)

// Lines with blanks before them stand as they are.
const prose = (text: string, helper: Help, width: number): string =>
  text
    .split('\n\n')
    .map((block) =>
      /^ /m.test(block) ? indent(block, INDENT) : wrapped(block.replaceAll('\n', ' '), INDENT, helper, width),
    )
    .join('\n\n')

const fullName = (command: Command): string =>
  command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`

const rowsOf = (command: Command, helper: Help) => ({
  COMMANDS: helper
    .visibleCommands(command)
    .map((one) => [helper.subcommandTerm(one), helper.subcommandDescription(one)] as const),
  ARGUMENTS: helper
    .visibleArguments(command)
    .map((one) => [helper.argumentTerm(one), helper.argumentDescription(one)] as const),
  OPTIONS: helper.visibleOptions(command).map((one) => [one.flags, helper.optionDescription(one)] as const),
})

// The command says itself what its exit codes mean.
const saysExits = (text: string): boolean =>
  text.split('.').some((sentence) => /\bexits?\b/i.test(sentence) && /\b0\b/.test(sentence))
const EXAMPLES = /^Examples?(?:, (.*))?:\n/

/** The paragraphs of the notes without the examples, and the examples. */
const parted = (notes: string): { readonly text: string; readonly examples: string } => {
  const blocks = notes.split(/\n\n(?! {2})/)
  const examples = blocks.filter((block) => EXAMPLES.test(block))
  const rest = blocks.filter((block) => !EXAMPLES.test(block))
  return {
    text: rest.join('\n\n'),
    examples: examples
      .map((block) => block.replace(EXAMPLES, (_, more?: string) => (more === undefined ? '' : `  ${more}:\n`)))
      .join('\n')
      .replace(/^ {2}/gm, ''),
  }
}

/** The help of a command in the sections of a manual page; bold headings, where there are colours. */
export const formatManual = (command: Command, helper: Help): string => {
  const width = helper.helpWidth ?? 80
  const { text, examples } = parted(command instanceof ManualCommand ? command.notes : '')
  const list = (rows: Rows): string =>
    rows
      .map(([term, meaning]) => `${' '.repeat(INDENT)}${term}\n${wrapped(meaning, 2 * INDENT, helper, width)}`)
      .join('\n')
  const table = (rows: Rows): string => {
    const column = Math.max(...rows.map(([term]) => term.length)) + 3
    return rows.map(([term, meaning]) => `${' '.repeat(INDENT)}${term.padEnd(column)}${meaning}`).join('\n')
  }
  const lists = rowsOf(command, helper)
  const codes = Object.entries(EXIT).map(
    ([name, code]) => [`${code}`, EXIT_MEANING[name as keyof typeof EXIT]] as const,
  )
  const sections: Readonly<Record<string, string>> = {
    NAME: wrapped(`${fullName(command)} - ${command.description()}`, INDENT, helper, width),
    SYNOPSIS: indent(helper.commandUsage(command), INDENT),
    DESCRIPTION: text === '' ? '' : prose(text, helper, width),
    COMMANDS: list(lists.COMMANDS),
    ARGUMENTS: list(lists.ARGUMENTS),
    OPTIONS: list(lists.OPTIONS),
    'EXIT STATUS': saysExits(`${command.description()}\n${text}`) ? '' : table(codes),
    ENVIRONMENT: table(VARIABLES),
    EXAMPLES: indent(examples, INDENT),
  }
  const shown = Object.entries(sections).filter(([, body]) => body !== '')
  return `${shown.map(([heading, body]) => `${helper.styleTitle(heading)}\n${body}`).join('\n\n')}\n`
}
