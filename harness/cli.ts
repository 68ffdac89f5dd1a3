#!/usr/bin/env node
// SPDX-License-Identifier: MIT
import { CommanderError } from 'commander'
import { makeProgram } from './commands/index.ts'
import { inertText } from './lib/text/clean.ts'
import { describeError, EXIT, HarnessError, HostError } from './model/errors.ts'

// These errors of the file system are host failures, wherever they occur.
const HOST_ERRNO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space or run: npx zsharness clean',
  EROFS: 'the file system is read-only; set ZSHARNESS_CACHE and --results to other folders',
  EACCES: 'permission denied; set ZSHARNESS_CACHE and --results to folders that you can write to',
  EDQUOT: 'the disk quota is used up; free space or run: npx zsharness clean',
  EMFILE: 'too many open files; raise ulimit -n',
}

const asHostError = (error: unknown): unknown => {
  const { code, message } = error as NodeJS.ErrnoException
  const hint = code === undefined ? undefined : HOST_ERRNO[code]
  return hint === undefined || error instanceof HarnessError ? error : new HostError(message, hint, error)
}

const exitCodeFor = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  const known = asHostError(error)
  process.stderr.write(`${inertText(describeError(known))}\n`)
  return known instanceof HarnessError ? known.exitCode : EXIT.host
}

try {
  await makeProgram().parseAsync()
} catch (error) {
  process.exitCode = exitCodeFor(error)
}
