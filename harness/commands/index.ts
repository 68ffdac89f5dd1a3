// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { styleText } from 'node:util'
import type { Command } from 'commander'
import { packageRoot } from '../lib/paths.ts'
import { inertText } from '../lib/text/clean.ts'
import { registerBisect } from './bisect.ts'
import { registerBundle } from './bundle.ts'
import { registerClean } from './clean.ts'
import { registerCompletion } from './completion.ts'
import { registerDoctor } from './doctor.ts'
import { registerExplore } from './explore.ts'
import { registerHelp } from './help.ts'
import { registerLog } from './log.ts'
import { registerMatrix } from './matrix.ts'
import { registerReplay } from './replay.ts'
import { registerReport } from './report.ts'
import { registerRun } from './run.ts'
import { registerSelftest } from './selftest.ts'
import { formatManual, ManualCommand } from './shared/manual.ts'
import { registerSlurm } from './slurm.ts'

/** The parser of the whole command line; its errors are thrown. */
export const makeProgram = (): Command => {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  const program = new ManualCommand('zsharness')
    .description('Verify a Linux kernel patch by building and booting real kernels, before and after')
    .version(version)
    .showHelpAfterError('(see zsharness --help)')
    .configureHelp({ formatHelp: formatManual, styleTitle: (text) => styleText('bold', text) })
    // A command gets what comes after its name in the order in which it was written.
    .enablePositionalOptions()
    // Errors quote what the user wrote. Commands take this over when they are registered.
    .configureOutput({ writeErr: (text) => process.stderr.write(inertText(text)) })
    .exitOverride()
  for (const register of [
    registerRun,
    registerExplore,
    registerMatrix,
    registerLog,
    registerReport,
    registerReplay,
    registerBundle,
    registerBisect,
    registerSelftest,
    registerSlurm,
    registerDoctor,
    registerClean,
    registerCompletion,
    registerHelp,
  ])
    register(program)
  return program
}
