// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { fatalCode } from '../../lib/process/fatal.ts'
import { interruptSignal } from '../../lib/process/interrupt.ts'
import { describeError, HarnessError } from '../../model/errors.ts'
import { runOnSlurm } from '../../slurm/run.ts'

// A coordinator as a separate process, for tests that kill it. It prints each event as a line of JSON.
const { tasks, options } = JSON.parse(readFileSync(process.argv[2]!, 'utf8'))
try {
  await runOnSlurm(tasks, options, {
    signal: interruptSignal(),
    emit: (event) => void process.stdout.write(`${JSON.stringify(event)}\n`),
  })
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`)
  process.exitCode = fatalCode() ?? (error instanceof HarnessError ? error.exitCode : 3)
}
process.exit()
