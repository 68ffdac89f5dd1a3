// SPDX-License-Identifier: MIT
import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeNotStuck, type NotStuck, notStuck } from '../inputs/kconfig/check.ts'
import { explain } from '../inputs/kconfig/explain.ts'
import { parseDotConfig, renderOptions, type Wanted } from '../inputs/kconfig/fragment.ts'
import { definitionsOf } from '../inputs/kconfig/source.ts'
import { listingOf } from '../inputs/tree/files.ts'
import { describeEnd, type ProcessResult, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import { KernelBuildError } from './compile.ts'
import { hostCause } from './hostcause.ts'
import { BUILD_DIR, buildPlace, makeArgs, runMake } from './make.ts'
import type { KernelInputs } from './model.ts'
import { type Diagnostic, parseDiagnostic, placeOf } from './output.ts'
import { describeRefused, refusedTool } from './refused.ts'
import { builtFrom, layOut } from './seed.ts'

const whyNot = async (
  src: string,
  makeArch: string,
  problem: NotStuck,
  values: ReadonlyMap<string, string>,
): Promise<string> => {
  const definitions = await definitionsOf(src, makeArch, problem.wanted.name.replace('CONFIG_', ''))
  return describeNotStuck(problem, explain(definitions, values, problem.wanted.value !== 'n'))
}

/** Without the options that went away between two releases. */
const withoutLeft = async (src: string, makeArch: string, checked: Checked): Promise<Checked> => {
  const stays = await Promise.all(
    checked.problems.map(
      async ({ wanted: { leaving, name } }) =>
        !leaving || (await definitionsOf(src, makeArch, name.replace('CONFIG_', ''))).length > 0,
    ),
  )
  return { ...checked, problems: checked.problems.filter((_, index) => stays[index]) }
}

const explainAll = async (src: string, makeArch: string, { problems, values }: Checked): Promise<string> =>
  (await Promise.all(problems.map((problem) => whyNot(src, makeArch, problem, values)))).join('\n')

interface Checked {
  readonly text: string
  readonly values: ReadonlyMap<string, string>
  readonly problems: readonly NotStuck[]
}

const check = (wanted: readonly Wanted[], text: string): Checked => {
  const values = parseDotConfig(text)
  return { text, values, problems: notStuck(wanted, values) }
}

const UP = /^(?:\.\.\/)+/
const PLACE = /^([^\s:]+):(\d+): ?(.*)/

/** A message of kconfig or make, with its place in the tree. */
const messageAt = (line: string): Diagnostic | undefined => {
  const [, file, number, message] = PLACE.exec(line.replace(UP, '')) ?? []
  if (file === undefined) return undefined
  return { severity: 'error', file, line: Number(number), column: null, message: message!, option: null }
}

// How make says why it stops.
const STOP = '*** '

/** The first error of kconfig or make at a place of the tree; warnings do not count. */
const errorAt = (tail: readonly string[], patched: readonly string[]): Diagnostic | undefined => {
  for (const line of tail) {
    const said = messageAt(line)
    // There kconfig looks for the host's programs.
    if (said?.file === 'scripts/Kconfig.include' && !patched.includes(said.file)) continue
    if (said?.file.includes('Kconfig') && !said.message.startsWith('warning:')) return said
    const found = parseDiagnostic(line)
    if (found?.severity === 'error' && patched.includes(found.file)) return found
    if (said?.message.startsWith(STOP) && patched.includes(said.file))
      return { ...said, message: said.message.slice(STOP.length) }
  }
  return undefined
}

const fail = ({ ended, tail }: ProcessResult, { source, version, toolchain }: KernelInputs): never => {
  if (ended.by === 'abort') throw new InterruptedError()
  // The kernel is not to blame for the compiler of this host.
  const refused = refusedTool(tail)
  if (refused) {
    const { message, hint } = describeRefused(refused, version, toolchain)
    throw new UsageError(message, hint)
  }
  const cause = hostCause(tail)
  const found = cause ? undefined : errorAt(tail, Object.keys(source.patchedFiles))
  if (found)
    throw new KernelBuildError(`the kernel cannot be configured: ${placeOf(found)}: ${found.message}`, [found], 0)
  throw new HostError(
    `make allnoconfig ${describeEnd(ended)}:\n${tail.slice(-5).join('\n')}`,
    cause?.hint ?? 'run: npx zsharness doctor --fix',
  )
}

const makeConfig = async (
  src: string,
  inputs: KernelInputs,
  signal: AbortSignal,
  logFile: string,
): Promise<Checked> => {
  const fragment = join(src, BUILD_DIR, 'zsharness.config')
  // A donor may have left a link there.
  await rm(fragment, { force: true, recursive: true })
  await writeFile(fragment, `${renderOptions(inputs.wanted).join('\n')}\n`, { flag: 'wx' })
  const result = await runMake(makeArgs(src, inputs.arch, inputs.toolchain, ['allnoconfig']), buildPlace(src), {
    env: { KCONFIG_ALLCONFIG: fragment },
    signal,
    logFile,
  })
  if (!succeeded(result.ended)) fail(result, inputs)
  return check(inputs.wanted, await readFile(join(src, BUILD_DIR, '.config'), 'utf8'))
}

export interface ConfigureOptions {
  readonly cache: string
  readonly signal: AbortSignal
  readonly logFile: string
}

const isKconfig = (path: string): boolean => /(?:^|\/)Kconfig/.test(path)

/** Whether the tree without patches has the options that this kernel lacks: then it is the patches that removed them. */
const isFineWithout = async (
  src: string,
  inputs: KernelInputs,
  { problems }: Checked,
  { cache, signal }: Pick<ConfigureOptions, 'cache' | 'signal'>,
): Promise<boolean> => {
  const { treeListing, patchedFiles } = inputs.source
  if (!Object.keys(patchedFiles).some(isKconfig)) return false
  const plain = join(dirname(src), 'unpatched')
  await layOut(cache, builtFrom(await listingOf(cache, treeListing, signal)), plain, signal)
  try {
    const before = { ...inputs, source: { ...inputs.source, patchedFiles: {} } }
    const { values } = await makeConfig(plain, before, signal, join(plain, BUILD_DIR, 'config.log'))
    const missing = notStuck(
      problems.map(({ wanted }) => wanted),
      values,
    )
    return missing.length < problems.length
  } catch (error) {
    if (error instanceof InterruptedError) throw error
    return false
  } finally {
    await rm(plain, { recursive: true, force: true })
  }
}

/** Makes `.config` from allnoconfig and the wanted options, and checks that it has each of them; returns its text. */
export const configure = async (src: string, inputs: KernelInputs, options: ConfigureOptions): Promise<string> => {
  const made = await makeConfig(src, inputs, options.signal, options.logFile)
  const checked = await withoutLeft(src, inputs.arch.makeArch, made)
  if (checked.problems.length === 0) return checked.text
  const why = await explainAll(src, inputs.arch.makeArch, checked)
  if (await isFineWithout(src, inputs, checked, options))
    throw new KernelBuildError(`the patches' Kconfig breaks the configuration, which the tree has:\n${why}`, [], 0)
  throw new UsageError(
    why,
    'correct the fragment: add what the option needs, or name the kernels that have it with # versions: RANGE',
  )
}
