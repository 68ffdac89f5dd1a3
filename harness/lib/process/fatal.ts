// SPDX-License-Identifier: MIT
import { killGroups } from './groups.ts'
import { interrupt } from './interrupt.ts'

// Long enough for the children to be stopped and the results so far to be written.
const ORDERLY_MS = 10_000

/** Says what went wrong and returns the exit code for it. */
export type Report = (error: unknown) => number

let code: number | undefined

/** The exit code of an error that nothing caught; undefined while there was none. */
export const fatalCode = (): number | undefined => code

const end = (): never => {
  killGroups()
  process.exit(code)
}

const fail = (report: Report, error: unknown): void => {
  // The first one explains the others.
  if (code !== undefined) return
  code = report(error)
  process.exitCode = code
  interrupt()
  setTimeout(end, ORDERLY_MS).unref()
}

/**
 * Makes every error that nothing catches end the process as an error of the host: it is reported, then the work is
 * asked for an orderly end, as by Ctrl-C, and gets ten seconds for it. So no such end looks like a verdict. A reader that closes
 * the output, as `| head` does, is no error: the results are in files.
 */
export const catchAll = (report: Report): void => {
  process.on('uncaughtException', (error) => fail(report, error))
  process.on('unhandledRejection', (error) => fail(report, error))
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') fail(report, error)
  })
  // There is nowhere left to say it.
  process.stderr.on('error', () => undefined)
}
