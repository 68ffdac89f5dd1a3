// SPDX-License-Identifier: MIT

import { describeEnd, type ProcessResult, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { buildPlace, GROUPED, makeArgs, runMake } from './make.ts'
import type { KernelInputs } from './model.ts'
import { compiledObject, type Diagnostic, hostCause, parseDiagnostic } from './output.ts'
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
  /** Objects that this build compiled; it took the others over from another build. */
  readonly objects: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
  readonly argv: readonly string[]
}

const fail = (result: ProcessResult, diagnostics: readonly Diagnostic[], compiled: number): never => {
  const { ended, tail } = result
  if (ended.by === 'abort') throw new InterruptedError()
  const cause = hostCause(tail)
  if (cause) throw new HostError(cause.message, cause.hint)
  if (ended.by !== 'exit') throw new HostError(`make ${describeEnd(ended)}`, 'run the same command again')
  const first = diagnostics.find(({ severity }) => severity === 'error')
  const where = first
    ? `${first.file}:${first.line}: ${first.message}`
    : (tail.find((line) => line.includes('***')) ?? tail.at(-1) ?? '')
  throw new KernelBuildError(`the kernel does not build: ${where}`, diagnostics, compiled)
}

/** Compiles the kernel image and modules; throws a KernelBuildError when the kernel is the cause, a HostError when the host is. */
export const compile = async (
  src: string,
  inputs: KernelInputs,
  context: Context,
  options: { readonly jobs: number; readonly logFile: string; readonly forecast: Forecast },
): Promise<Compiled> => {
  const targets = [`-j${options.jobs}`, GROUPED, inputs.arch.imageTarget, 'modules', ...inputs.makeVariables]
  const argv = makeArgs(src, inputs.arch, inputs.toolchain, targets)
  const progress = new BuildProgress(context, options.forecast)
  const diagnostics: Diagnostic[] = []
  const objects = new Set<string>()
  const result = await runMake(argv, buildPlace(src), {
    signal: context.signal,
    logFile: options.logFile,
    onLine: (line) => {
      const object = compiledObject(line)
      if (object !== undefined) progress.count(objects.add(object).size)
      const found = parseDiagnostic(line)
      if (found) diagnostics.push(found)
    },
  })
  if (!succeeded(result.ended)) fail(result, diagnostics, objects.size)
  return { objects, diagnostics, argv }
}
