// SPDX-License-Identifier: MIT
import { type Command, CommanderError } from 'commander'
import { catchAll, fatalCode } from '../../lib/process/fatal.ts'
import { inertText } from '../../lib/text/clean.ts'
import { describeError, EXIT, GIT_EXIT, HarnessError, HostError, InterruptedError } from '../../model/errors.ts'

// These errors of the file system are host failures, wherever they occur.
const HOST_ERRNO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space or run: npx zsharness clean',
  EROFS: 'the file system is read-only; set ZSHARNESS_CACHE and --results to other folders',
  EACCES: 'permission denied; set ZSHARNESS_CACHE and --results to folders that you can write to',
  EDQUOT: 'the disk quota is used up; free space or run: npx zsharness clean',
  EMFILE: 'too many open files; raise ulimit -n',
  EIO: 'the disk reports an error: see dmesg',
}

const asHostError = (error: unknown): unknown => {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException
  const hint = code === undefined ? undefined : HOST_ERRNO[code]
  return hint === undefined || error instanceof HarnessError ? error : new HostError(message, hint, error)
}

/** The exit code of an error, for a user. */
const exitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  return error instanceof HarnessError ? error.exitCode : EXIT.host
}

/** The exit code of an error of `bisect step`. `git bisect run` takes 1 to 127 for a verdict on the commit. */
const gitCodeOf = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : GIT_EXIT.usage
  if (error instanceof InterruptedError) return EXIT.interrupted
  return exitCodeOf(error) === EXIT.usage ? GIT_EXIT.usage : GIT_EXIT.host
}

/** Reports an error and returns the exit code for it. */
const reportTo =
  (codeOf: (error: unknown) => number) =>
  (error: unknown): number => {
    const known = asHostError(error)
    if (!(known instanceof CommanderError)) process.stderr.write(`${inertText(describeError(known))}\n`)
    return codeOf(known)
  }

const isGitStep = ([first, second]: readonly string[]): boolean => first === 'bisect' && second === 'step'

/** Runs the command line of this process; whatever happens, its exit code is one of the contract. */
export const runProgram = async (makeProgram: () => Command): Promise<void> => {
  const args = process.argv.slice(2)
  const report = reportTo(isGitStep(args) ? gitCodeOf : exitCodeOf)
  catchAll(report)
  let settled = false
  // Nothing is left to do, but the work has not ended.
  process.on('exit', () => {
    if (!settled) process.exitCode = fatalCode() ?? report(new Error('it stopped in the middle of its work'))
  })
  try {
    await makeProgram().parseAsync()
  } catch (error) {
    // After a fatal error the work was interrupted, which is not what happened.
    if (fatalCode() === undefined) process.exitCode = report(error)
  }
  settled = true
  const fatal = fatalCode()
  if (fatal !== undefined) process.exit(fatal)
}
