// SPDX-License-Identifier: MIT
import { boundCache } from '../../lib/cache/clean.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import type { Context } from '../../model/events.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import { executeRun } from '../../run/execute.ts'
import type { RunRequest } from '../../run/request.ts'
import { withoutCredentials } from '../../store/place.ts'

/** What the work of a command reports to, and what stops it. */
export type Session = Omit<Context, 'scope'>

/** Does `work` and shows its progress on standard output; Ctrl-C aborts its signal. */
export const withProgress = async <T>(
  format: Format | undefined,
  work: (session: Session) => Promise<T>,
): Promise<T> => {
  const renderer = makeRenderer(format ?? chooseFormat(), process.stdout)
  try {
    return await work({ emit: renderer.onEvent, signal: interruptSignal() })
  } finally {
    renderer.close()
  }
}

/** The command line of this process, for the results. */
export const ownCommand = (): readonly string[] => withoutCredentials(['zsharness', ...process.argv.slice(2)])

/** Executes a request, sets the exit code, and limits the size of the cache; returns the exit code. */
export const executeIn = async (request: RunRequest, session: Session): Promise<number> => {
  const { run } = await executeRun(request, session)
  process.exitCode = run.exitCode
  await boundCache(request.settings.cache, session)
  return run.exitCode
}

/** The same, with its progress on standard output. */
export const executeRequest = async (request: RunRequest, format: Format | undefined): Promise<void> => {
  await withProgress(format, (session) => executeIn(request, session))
}
