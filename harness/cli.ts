#!/usr/bin/env node
// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, CommanderError } from 'commander'
import { registerBisect } from './commands/bisect.ts'
import { registerClean } from './commands/clean.ts'
import { registerDoctor } from './commands/doctor.ts'
import { registerLog } from './commands/log.ts'
import { registerMatrix } from './commands/matrix.ts'
import { registerReplay } from './commands/replay.ts'
import { registerReport } from './commands/report.ts'
import { registerRun } from './commands/run.ts'
import { registerSelftest } from './commands/selftest.ts'
import { packageRoot } from './lib/paths.ts'
import { describeError, EXIT, HarnessError } from './model/errors.ts'

const makeProgram = (): Command => {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  const program = new Command('zsharness')
    .description('Verify a Linux kernel patch by building and booting real kernels, before and after')
    .version(version)
    .showHelpAfterError('(see zsharness --help)')
    .exitOverride()
  for (const register of [
    registerRun,
    registerMatrix,
    registerLog,
    registerReport,
    registerReplay,
    registerBisect,
    registerSelftest,
    registerDoctor,
    registerClean,
  ])
    register(program)
  for (const command of program.commands) command.exitOverride()
  return program
}

// These errors of the file system are host failures, wherever they occur.
const HOST_ERRNO: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free space or run: npx zsharness clean',
  EROFS: 'the file system is read-only; set ZSHARNESS_CACHE and --results to other folders',
  EACCES: 'permission denied; set ZSHARNESS_CACHE and --results to folders that you can write to',
  EDQUOT: 'the disk quota is used up; free space or run: npx zsharness clean',
  EMFILE: 'too many open files; raise ulimit -n',
}

const printError = (text: string): void => void process.stderr.write(`${text}\n`)

const exitCodeFor = (error: unknown): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage
  const { code, message } = error as NodeJS.ErrnoException
  const hint = code === undefined ? undefined : HOST_ERRNO[code]
  printError(hint === undefined ? describeError(error) : `zsharness: ${message}\n  -> ${hint}`)
  return error instanceof HarnessError ? error.exitCode : EXIT.host
}

try {
  await makeProgram().parseAsync()
} catch (error) {
  process.exitCode = exitCodeFor(error)
}
