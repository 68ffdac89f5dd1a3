// SPDX-License-Identifier: MIT
import { ShellCompDirective } from '@bomb.sh/tab'
import type { Place } from './place.ts'

const { ShellCompDirectiveNoSpace: NO_SPACE, ShellCompDirectiveNoFileComp: NO_FILES } = ShellCompDirective

/** The files and folders of the shell may stand there too: these can be named by their paths. */
const ALSO_PATHS = ['cells', 'files', 'folders', 'plans', 'runs', 'series']

// What else a folder's name holds, a shell would have to quote, and a terminal would show as something else.
const PLAIN = /^[\w.,:=@%+/-]+$/

/** The lines that a completion script reads: words with their meanings, and last what the shell does with them. */
export const answerTo = ({ candidates, source, prefix, text }: Place, names: readonly string[]): string => {
  const all = [...candidates, ...names.map((word) => ({ word, meaning: '' }))]
  const before = prefix.split(/[=,]/)
  const fitting = all.filter(({ word }) => word.startsWith(text) && PLAIN.test(word) && !before.includes(word))
  const isOpen = fitting.length > 0 && fitting.every(({ word }) => /[:/]$/.test(word))
  const withFiles = ALSO_PATHS.includes(source) && fitting.length === 0
  const directive = (isOpen ? NO_SPACE : 0) + (withFiles ? 0 : NO_FILES)
  const lines = fitting.map(({ word, meaning }) => `${prefix}${word}${meaning === '' ? '' : `\t${meaning}`}`)
  return [...lines, `:${directive}`, ''].join('\n')
}
