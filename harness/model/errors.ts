// SPDX-License-Identifier: MIT

/** The exit codes of all commands, a published contract. */
export const EXIT = { ok: 0, kernel: 1, usage: 2, host: 3, inconclusive: 4, interrupted: 130 } as const

/** The exit codes with which `bisect step` makes `git bisect run` stop; it takes lower ones for the commit's. */
export const GIT_EXIT = { usage: 128, host: 129 } as const

/** An expected failure: printed with a hint and without a stack. */
export class HarnessError extends Error {
  readonly exitCode: number
  readonly hint: string | undefined

  constructor(message: string, exitCode: number, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
    this.exitCode = exitCode
    this.hint = hint
  }
}

/** Wrong usage or configuration: exit 2. */
export class UsageError extends HarnessError {
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, EXIT.usage, hint, cause)
  }
}

/** The host or the harness failed, which says nothing about the kernel: exit 3. */
export class HostError extends HarnessError {
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, EXIT.host, hint, cause)
  }
}

/** The user or a signal interrupted the run: exit 130. */
export class InterruptedError extends HarnessError {
  constructor(message = 'interrupted') {
    super(message, EXIT.interrupted)
  }
}

/** An error for the terminal: with its hint when it was expected, with its stack when it was not. */
export const describeError = (error: unknown): string => {
  if (!(error instanceof HarnessError))
    return `zsharness: a bug in zsharness: ${(error as Error).stack ?? String(error)}`
  return `zsharness: ${error.message}${error.hint === undefined ? '' : `\n  -> ${error.hint}`}`
}
