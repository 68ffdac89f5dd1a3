// SPDX-License-Identifier: MIT
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeNotStuck, type NotStuck, notStuck } from '../inputs/kconfig/check.ts'
import { explain } from '../inputs/kconfig/explain.ts'
import { parseDotConfig, renderOption, type Wanted } from '../inputs/kconfig/fragment.ts'
import { definitionsOf } from '../inputs/kconfig/source.ts'
import { describeEnd, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { BUILD_DIR, buildPlace, makeArgs, runMake } from './make.ts'
import type { KernelInputs } from './model.ts'
import { hostCause } from './output.ts'

const whyNot = async (
  src: string,
  makeArch: string,
  problem: NotStuck,
  values: ReadonlyMap<string, string>,
): Promise<string> => {
  const definitions = await definitionsOf(src, makeArch, problem.wanted.name.replace('CONFIG_', ''))
  return describeNotStuck(problem, explain(definitions, values, problem.wanted.value !== 'n'))
}

const requireStuck = async (src: string, makeArch: string, wanted: readonly Wanted[], text: string): Promise<void> => {
  const values = parseDotConfig(text)
  const problems = notStuck(wanted, values)
  if (problems.length === 0) return
  const lines = await Promise.all(problems.map((problem) => whyNot(src, makeArch, problem, values)))
  throw new UsageError(
    lines.join('\n'),
    'correct the fragment: add what the option needs, or name the kernels that have it with # versions: RANGE',
  )
}

/** Makes `.config` from allnoconfig and the wanted options, and checks that it has each of them; returns its text. */
export const configure = async (
  src: string,
  inputs: KernelInputs,
  signal: AbortSignal,
  logFile: string,
): Promise<string> => {
  const fragment = join(src, BUILD_DIR, 'zsharness.config')
  await writeFile(fragment, `${inputs.wanted.map(renderOption).join('\n')}\n`)
  const { ended, tail } = await runMake(
    makeArgs(src, inputs.arch, inputs.toolchain, ['allnoconfig']),
    buildPlace(src),
    {
      env: { KCONFIG_ALLCONFIG: fragment },
      signal,
      logFile,
    },
  )
  if (ended.by === 'abort') throw new InterruptedError()
  if (!succeeded(ended)) {
    throw new HostError(
      `make allnoconfig ${describeEnd(ended)}:\n${tail.slice(-5).join('\n')}`,
      hostCause(tail)?.hint ?? 'run: npx zsharness doctor --fix',
    )
  }
  const text = await readFile(join(src, BUILD_DIR, '.config'), 'utf8')
  await requireStuck(src, inputs.arch.makeArch, inputs.wanted, text)
  return text
}
