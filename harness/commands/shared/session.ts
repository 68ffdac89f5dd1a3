// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { boundCache } from '../../lib/cache/clean.ts'
import { writeJson } from '../../lib/files/atomic.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { EXIT } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { chooseFormat, type Format } from '../../progress/format.ts'
import { makeRenderer } from '../../progress/index.ts'
import { executeRun } from '../../run/execute.ts'
import type { RunRequest } from '../../run/request.ts'
import { withoutCredentials } from '../../store/place.ts'
import { PART_DONE } from '../../submit/layout.ts'
import { partOf, readPart } from '../../submit/part.ts'

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

/** Runs one part of a submitted run. Its verdicts are in its results: exit code 0 means that these are complete. */
export const executePart = async (request: RunRequest, file: string, format: Format | undefined): Promise<void> => {
  const part = await readPart(file)
  const own = await partOf(request, part)
  await withProgress(format, (session) => executeIn(own, session))
  await writeJson(join(request.settings.resultsDir, PART_DONE), part)
  process.exitCode = EXIT.ok
}
