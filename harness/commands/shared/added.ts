// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { formatHold } from '../../inputs/hold/format.ts'
import { parseHold } from '../../inputs/hold/parse.ts'
import { parseKconfig } from '../../inputs/kconfig/compose.ts'
import { seconds, wholeNumber } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import type { Amplify } from '../../model/names.ts'
import type { Additions, KconfigText, WorkloadProgram } from '../../model/results.ts'
import { mostMemoryMiB } from '../../run/machines.ts'
import { NO_ADDITIONS } from '../../run/settings.ts'
import { parametersFrom } from './parameters.ts'
import { splitWords } from './words.ts'

/** The flags that add to the kernel, the machine and its workload, not yet parsed. */
export interface AddedFlags {
  readonly kconfig?: readonly string[]
  readonly param?: readonly string[]
  readonly memory?: string
  readonly disk?: string
  readonly workload?: readonly string[]
  readonly workloadTime?: string
  readonly workloadProcs?: string
  readonly signature?: string
  readonly hold?: readonly string[]
  readonly amplify?: boolean | Amplify
}

/** With less, the kernel with KASAN does not boot, or leaves the lanes no room. */
const LEAST_MEMORY_MIB = 256
const MOST_DISK_MIB = 1 << 20
const MOST_PROCS = 64
const MOST_PROGRAMS = 16
const MOST_ARGS = 200

const memoryFrom = (text: string | undefined): number => {
  if (text === undefined) return NO_ADDITIONS.memoryMiB
  return wholeNumber('--memory', text, LEAST_MEMORY_MIB, Math.max(LEAST_MEMORY_MIB, mostMemoryMiB()))
}

const programFrom = (text: string): WorkloadProgram => {
  const [file, ...args] = splitWords(text) ?? []
  if (file === undefined || file === '')
    throw new UsageError(
      `--workload ${JSON.stringify(text)}: ${text.trim() === '' ? 'names no program' : 'a quote is not closed'}`,
      "write a program or a .c file, and its arguments in the same word: --workload 'repro.c -n 5'",
    )
  if (args.length > MOST_ARGS) throw new UsageError(`--workload ${file}: more than ${MOST_ARGS} arguments`)
  // The guest's records are ASCII.
  return { name: basename(file).replace(/[^!-~]/g, '_'), file: resolve(file), args, sha256: null }
}

const programsFrom = (texts: readonly string[]): WorkloadProgram[] => {
  if (texts.length > MOST_PROGRAMS)
    throw new UsageError(`--workload: more than ${MOST_PROGRAMS} programs`, 'start several from one program')
  return texts.map(programFrom)
}

const requireWorkload = ({ workload, workloadTime, workloadProcs }: AddedFlags): void => {
  if (workload !== undefined) return
  const given = workloadTime === undefined ? workloadProcs && '--workload-procs' : '--workload-time'
  if (given) throw new UsageError(`${given} needs --workload`, 'add --workload PROGRAM, or leave it out')
}

const functionsFrom = (text: string): string[] => {
  const names = text.split(',').map((name) => name.trim())
  const bad = names.find((name) => !/^[A-Za-z_][\w.]*$/.test(name))
  if (bad === undefined) return names
  throw new UsageError(
    `--signature ${text}: ${JSON.stringify(bad)} is not the name of a function`,
    'give functions of the stack, innermost first: --signature zs_map_object,zswap_writeback_entry',
  )
}

const holdsFrom = ({ hold = [], amplify }: AddedFlags): string[] => {
  const how = amplify === false ? 'off' : amplify
  if (hold.length > 0 && (how === 'auto' || how === 'off'))
    throw new UsageError(`--hold does nothing with --amplify ${how}`, 'leave one of them out')
  return hold.map((text) => formatHold(parseHold(text, `--hold ${JSON.stringify(text)}`)))
}

/** What the flags add; files are named, and not yet read. A UsageError names the first wrong flag. */
export const addedFrom = (flags: AddedFlags): Additions => {
  requireWorkload(flags)
  return {
    kconfig: (flags.kconfig ?? []).map((file) => ({ file: resolve(file), text: '' })),
    parameters: parametersFrom(flags.param ?? []),
    memoryMiB: memoryFrom(flags.memory),
    diskMiB: flags.disk === undefined ? NO_ADDITIONS.diskMiB : wholeNumber('--disk', flags.disk, 1, MOST_DISK_MIB),
    workloads: programsFrom(flags.workload ?? []),
    workloadS:
      flags.workloadTime === undefined ? NO_ADDITIONS.workloadS : seconds('--workload-time', flags.workloadTime),
    workloadProcs:
      flags.workloadProcs === undefined
        ? NO_ADDITIONS.workloadProcs
        : wholeNumber('--workload-procs', flags.workloadProcs, 1, MOST_PROCS),
    holds: holdsFrom(flags),
    search: flags.amplify === 'auto',
    schedule: null,
    signature: flags.signature === undefined ? [] : functionsFrom(flags.signature),
  }
}

const readKconfig = async ({ file }: KconfigText): Promise<KconfigText> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `--kconfig ${file}: cannot be read (${error.code})`,
      'give a file of lines such as CONFIG_FOO=y',
    )
  })
  return { file, text }
}

/** The same with the text of its Kconfig fragments, which were parsed once. */
export const readAdded = async (added: Additions): Promise<Additions> => {
  const kconfig = await Promise.all(added.kconfig.map(readKconfig))
  parseKconfig(kconfig)
  return { ...added, kconfig }
}
