// SPDX-License-Identifier: MIT
import type { Argument, Command, Option } from 'commander'
import { isList, type Source, sourceOfArgument, sourceOfOption } from './sources.ts'

/** A word that can be completed to, and what it means. */
export interface Candidate {
  readonly word: string
  readonly meaning: string
}

/** A place of the command line: what can stand there. */
export interface Place {
  /** What the definition of the command itself names: options, commands, choices. */
  readonly candidates: readonly Candidate[]
  readonly source: Source
  /** What stands before the word that is completed, in the same word of the shell: `--config=zpool-on,`. */
  readonly prefix: string
  /** The beginning of the word that is completed. */
  readonly text: string
}

/** How far the words before the place have led. */
interface State {
  readonly command: Command
  /** The number of its arguments so far. */
  readonly given: number
  /** The option whose value the next word can be. */
  readonly option: Option | undefined
  readonly used: readonly Option[]
}

const optionOf = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => word === long || word === short)

const takesValue = ({ required, optional }: Option): boolean => required || optional

const afterOption = (state: State, word: string): State => {
  const [name = ''] = word.split('=')
  const option = optionOf(state.command, name)
  if (option === undefined) return { ...state, option: undefined }
  const isOpen = takesValue(option) && name === word
  return { ...state, option: isOpen ? option : undefined, used: [...state.used, option] }
}

const after = (state: State, word: string): State => {
  const { command, option, given } = state
  if (word.startsWith('-') && word !== '-') return afterOption(state, word)
  // An option with several values takes all words up to the next option.
  if (option !== undefined) return { ...state, option: option.variadic ? option : undefined }
  const inner = given === 0 ? command.commands.find((one) => one.name() === word) : undefined
  // What comes after `help` is a command line of its own.
  if (inner?.name() === 'help') return state
  return inner === undefined
    ? { ...state, given: given + 1 }
    : { command: inner, given: 0, option: undefined, used: [] }
}

const choices = (words: readonly string[] | undefined): readonly Candidate[] =>
  (words ?? []).map((word) => ({ word, meaning: '' }))

const listed = (place: Place): Place => {
  const cut = isList(place.source) ? place.text.lastIndexOf(',') + 1 : 0
  return { ...place, prefix: place.prefix + place.text.slice(0, cut), text: place.text.slice(cut) }
}

const valuePlace = (option: Option, prefix: string, text: string): Place => {
  const source = option.argChoices === undefined ? sourceOfOption(option.name()) : 'text'
  return listed({ candidates: choices(option.argChoices), source, prefix, text })
}

const firstLine = (text: string): string => text.split(/[\n;]|: |\. /)[0]!

const optionPlace = ({ command, used }: State, text: string): Place => {
  const open = command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long, variadic }) => long !== undefined && (variadic || !used.some((one) => one.long === long)))
  const candidates = open.map(({ long, description }) => ({ word: long!, meaning: firstLine(description) }))
  return { candidates, source: 'text', prefix: '', text }
}

const argumentAt = (all: readonly Argument[], index: number): Argument | undefined =>
  all[index] ?? (all.at(-1)?.variadic === true ? all.at(-1) : undefined)

const argumentPlace = ({ command, given }: State, text: string): Place => {
  const inner = given === 0 ? command.createHelp().visibleCommands(command) : []
  const argument = argumentAt(command.registeredArguments, given)
  return {
    candidates: [
      ...inner.map((one) => ({ word: one.name(), meaning: firstLine(one.description()) })),
      ...choices(argument?.argChoices),
    ],
    source: argument === undefined ? 'text' : sourceOfArgument(argument.name()),
    prefix: '',
    text,
  }
}

/** The place of the last of these words, the first of which comes after the program's name. */
export const placeOf = (program: Command, words: readonly string[]): Place => {
  const text = words.at(-1) ?? ''
  const start: State = { command: program, given: 0, option: undefined, used: [] }
  const state = words.slice(0, -1).reduce(after, start)
  if (text.startsWith('-')) {
    const equals = text.indexOf('=')
    const option = equals < 0 ? undefined : optionOf(state.command, text.slice(0, equals))
    if (option === undefined) return optionPlace(state, text)
    return valuePlace(option, text.slice(0, equals + 1), text.slice(equals + 1))
  }
  return state.option === undefined ? argumentPlace(state, text) : valuePlace(state.option, '', text)
}
