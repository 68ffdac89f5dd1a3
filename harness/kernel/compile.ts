// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { describeEnd, type ProcessResult, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { hostCause } from './hostcause.ts'
import { BUILD_DIR, buildPlace, GROUPED, makeArgs, runMake } from './make.ts'
import type { KernelInputs } from './model.ts'
import { BuildOutput, beginsLink, type Diagnostic, placeOf } from './output.ts'
import { BuildProgress, type Forecast } from './progress.ts'

/** The kernel does not compile, and the host is not the cause. */
export class KernelBuildError extends Error {
  readonly diagnostics: readonly Diagnostic[]
  readonly compiled: number

  constructor(message: string, diagnostics: readonly Diagnostic[], compiled: number) {
    super(message)
    this.name = 'KernelBuildError'
    this.diagnostics = diagnostics
    this.compiled = compiled
  }
}

export interface Compiled {
  readonly output: BuildOutput
  readonly argv: readonly string[]
}

// make itself exits with 1 or 2.
const SIGNALLED = 128

/** The first error in the code that made this make fail; throws a HostError when the host is the cause. */
export const errorInCode = ({ ended, tail }: ProcessResult, diagnostics: readonly Diagnostic[]): string => {
  if (ended.by === 'abort') throw new InterruptedError()
  const cause = hostCause(tail)
  if (cause) throw new HostError(cause.message, cause.hint)
  if (ended.by !== 'exit' || ended.code > SIGNALLED)
    throw new HostError(`make ${describeEnd(ended)}`, 'run the same command again')
  const first = diagnostics.find(({ severity }) => severity === 'error')
  return first
    ? `${placeOf(first)}: ${first.message}`
    : (tail.find((line) => line.includes('***')) ?? tail.at(-1) ?? '')
}

const fail = (result: ProcessResult, { diagnostics, objects }: BuildOutput): never => {
  const error = errorInCode(result, diagnostics)
  throw new KernelBuildError(`the kernel does not build: ${error}`, diagnostics, objects.size)
}

/** Compiles the kernel image and modules; throws a KernelBuildError when the kernel is the cause, a HostError when the host is. */
export const compile = async (
  src: string,
  inputs: KernelInputs,
  context: Context,
  options: {
    readonly jobs: number
    readonly logFile: string
    readonly forecast: Forecast
    /** Called with each line that says so. */
    readonly onLink?: () => void
  },
): Promise<Compiled> => {
  const targets = [`-j${options.jobs}`, GROUPED, inputs.arch.imageTarget, 'modules', ...inputs.makeVariables]
  const argv = makeArgs(src, inputs.arch, inputs.toolchain, targets)
  const progress = new BuildProgress(context, options.forecast)
  const output = new BuildOutput(join(src, BUILD_DIR))
  const result = await runMake(argv, buildPlace(src), {
    signal: context.signal,
    logFile: options.logFile,
    onLine: (line) => {
      output.push(line)
      progress.count(output.objects.size)
      if (beginsLink(line)) options.onLink?.()
    },
  })
  if (!succeeded(result.ended)) fail(result, output)
  return { output, argv }
}
