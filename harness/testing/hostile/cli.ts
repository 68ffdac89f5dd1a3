// SPDX-License-Identifier: MIT
import { CommanderError } from 'commander'
import { makeProgram } from '../../commands/index.ts'
import { inertText } from '../../lib/text/clean.ts'
import { describeError } from '../../model/errors.ts'

/** What one call of the program printed, how it ended, and its error. */
export interface Called {
  readonly output: string
  readonly exitCode: number | undefined
  readonly error: unknown
}

/** Calls the program in this process, as `cli.ts` does. */
export const call = async (args: readonly string[]): Promise<Called> => {
  const printed: string[] = []
  const streams = [process.stdout, process.stderr]
  const writes = streams.map((stream) => stream.write)
  for (const stream of streams)
    stream.write = ((text: string | Uint8Array): boolean => {
      printed.push(String(text))
      return true
    }) as typeof stream.write
  const before = process.exitCode
  process.exitCode = undefined
  try {
    await makeProgram().parseAsync([...args], { from: 'user' })
    return { output: printed.join(''), exitCode: Number(process.exitCode ?? 0), error: undefined }
  } catch (error) {
    if (!(error instanceof CommanderError)) printed.push(inertText(describeError(error)))
    return { output: printed.join(''), exitCode: undefined, error }
  } finally {
    process.exitCode = before
    for (const [index, stream] of streams.entries()) stream.write = writes[index]!
  }
}

const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]|##\[|^[^\S\n]*::/m

/** What a terminal or a CI would execute of this output, if anything. */
export const unsafeIn = (output: string): string | undefined => {
  const found = UNSAFE.exec(output)
  return found ? `prints ${JSON.stringify(output.slice(Math.max(0, found.index - 20), found.index + 20))}` : undefined
}
