#!/usr/bin/env node
// SPDX-License-Identifier: MIT

// Where even the program cannot be loaded, that is no verdict: neither on the kernel nor, for git bisect, on a commit.
try {
  const { makeProgram } = await import('./commands/index.ts')
  const { runProgram } = await import('./commands/shared/main.ts')
  await runProgram(makeProgram)
} catch (error) {
  process.stderr.write(`zsharness: cannot be loaded: ${error}\n`)
  process.exitCode = process.argv[2] === 'bisect' && process.argv[3] === 'step' ? 129 : 3
}
