#!/usr/bin/env node
// SPDX-License-Identifier: MIT
import { CommanderError } from 'commander'
import { makeProgram } from './commands/index.ts'
import { EXIT, HarnessError } from './model/errors.ts'

// The file system that fails is the host's fault, wherever it is met.
const HOST_ERRNO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space or run: npx zsharness clean',
  EROFS: 'the file system is read-only; point ZSHARNESS_CACHE and --results elsewhere',
  EACCES: 'permission denied; point ZSHARNESS_CACHE and --results where you may write',
  EDQUOT: 'the disk quota is used up; free space or run: npx zsharness clean',
  EMFILE: 'too many open files; raise ulimit -n',
}

const tell = (text: string): void => void process.stderr.write(`${text}\n`)

const exitCodeFor = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  if (error instanceof HarnessError) {
    tell(`zsharness: ${error.message}`)
    if (error.hint !== undefined) tell(`  -> ${error.hint}`)
    return error.exitCode
  }
  const { code, message } = error as NodeJS.ErrnoException
  const host = code === undefined ? undefined : HOST_ERRNO[code]
  if (host !== undefined) {
    tell(`zsharness: ${message}\n  -> ${host}`)
    return EXIT.host
  }
  tell(`zsharness: a bug of the harness: ${(error as Error).stack ?? String(error)}`)
  return EXIT.host
}

try {
  await makeProgram().parseAsync()
} catch (error) {
  process.exitCode = exitCodeFor(error)
}
