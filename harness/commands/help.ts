// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import { didYouMean } from '../lib/text/suggest.ts'
import { UsageError } from '../model/errors.ts'

const commandNamed = (program: Command, names: readonly string[]): Command => {
  let found = program
  for (const name of names) {
    const next = found.commands.find((one) => one.name() === name)
    if (!next) {
      const known = found
        .createHelp()
        .visibleCommands(found)
        .map((one) => one.name())
      const near = didYouMean(name, known)
      throw new UsageError(`help ${names.join(' ')}: there is no command ${name}${near}`, `one of: ${known.join(', ')}`)
    }
    found = next
  }
  return found
}

/** `zsharness help`: the parser's own prints the list, and ends well, for a command that there is not. */
export const registerHelp = (program: Command): void => {
  program
    .helpCommand(false)
    .command('help')
    .description('show the help of a command')
    .argument('[command...]', 'for example: report history')
    .action((names: readonly string[]) => commandNamed(program, names).outputHelp())
}
