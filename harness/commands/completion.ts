// SPDX-License-Identifier: MIT
import { Argument, type Command } from 'commander'
import { SHELLS, type Shell } from './completion/shells.ts'

/** `zsharness completion`, and what its scripts call. */
export const registerCompletion = (program: Command): void => {
  program
    .command('completion')
    .description('print a script that makes the shell complete commands, options, trees, series, lanes, runs and cells')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples, for the file that the shell reads at its start:
  bash: source <(zsharness completion bash)
  zsh:  source <(zsharness completion zsh)      behind compinit
  fish: zsharness completion fish | source
A checkout has no command zsharness yet: npm link, or alias zsharness=PATH/dist/cli.js.`,
    )
    .action(async (shell: Shell) => {
      const { scriptFor } = await import('./completion/scripts.ts')
      process.stdout.write(scriptFor(shell, [process.execPath, process.argv[1]!]))
    })
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { placeOf } = await import('./completion/place.ts')
      const { namesOf } = await import('./completion/names.ts')
      const { answerTo } = await import('./completion/answer.ts')
      const place = placeOf(program, words)
      process.stdout.write(answerTo(place, await namesOf(place.source, place.text)))
    })
}
