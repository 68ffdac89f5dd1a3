// SPDX-License-Identifier: MIT
import { Command } from 'commander'
import { registerBisect } from '../../commands/bisect.ts'
import { runProgram } from '../../commands/shared/main.ts'

// The bisect command as a separate process, for tests that kill it.
await runProgram(() => {
  const program = new Command('zsharness').exitOverride()
  registerBisect(program)
  return program
})
