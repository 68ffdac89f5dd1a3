// SPDX-License-Identifier: MIT
import { Command } from 'commander'
import { registerBisect } from '../../commands/bisect.ts'
import { EXIT, HarnessError } from '../../model/errors.ts'

// The bisect command as a separate process, for tests that kill it.
const program = new Command('zsharness').exitOverride()
registerBisect(program)
try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`)
  process.exitCode = error instanceof HarnessError ? error.exitCode : EXIT.usage
}
