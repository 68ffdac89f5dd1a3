// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { hostCause } from '../kernel/hostcause.ts'
import { runCompiler } from '../kernel/make.ts'
import type { Toolchain } from '../kernel/toolchain.ts'
import { readBounded } from '../lib/files/bounded.ts'
import { sha256Of } from '../lib/files/hash.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { describeEnd, succeeded } from '../lib/process/run.ts'
import { HostError, InterruptedError, UsageError } from '../model/errors.ts'
import type { WorkloadProgram } from '../model/results.ts'
import type { CpioEntry } from './cpio.ts'
import { whyNotRunnable } from './elfprogram.ts'

/** A program of the user, ready for the guest of one architecture. */
export interface Program {
  readonly name: string
  readonly args: readonly string[]
  readonly data: Uint8Array
  readonly sha256: string
}

// The guest unpacks it into its memory.
const MAX_MIB = 64
const SHOWN_LINES = 20

// gcc's own words for a host that failed it are in the table of causes; what is left is the user's code.
const compileSource = async (file: string, { cc }: Toolchain, signal: AbortSignal): Promise<Buffer> =>
  inTempDir('workload', async (dir) => {
    const out = join(dir, 'program')
    const argv = [cc, '-static', '-O2', '-pthread', '-o', out, file]
    const { ended, tail } = await runCompiler(argv, { signal })
    if (succeeded(ended)) return readFile(out)
    if (ended.by === 'abort') throw new InterruptedError()
    const cause = hostCause(tail)
    if (cause) throw new HostError(`--workload ${file}: ${cause.message}`, cause.hint)
    if (ended.by !== 'exit')
      throw new HostError(`--workload ${file}: ${cc} ${describeEnd(ended)}`, 'run: npx zsharness doctor')
    throw new UsageError(
      `--workload ${file} does not compile with ${argv.slice(0, 4).join(' ')}:\n${tail.slice(0, SHOWN_LINES).join('\n')}`,
      'correct the program; it is compiled alone, and linked statically with the C library',
    )
  })

const requireProgram = (file: string, data: Buffer, arch: Arch): Buffer => {
  const why = whyNotRunnable(data, arch.elfMachine)
  if (why === undefined) return data
  throw new UsageError(
    `--workload ${file}: ${why}`,
    `give a .c file, or a program for ${arch.name} that was linked with -static`,
  )
}

const unreadable = (file: string) => (error: unknown) => {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined || !/^(?:ENOENT|EACCES|EISDIR|ENOTDIR|ELOOP|ENAMETOOLONG)$/.test(code)) throw error
  throw new UsageError(`--workload ${file}: cannot be read (${code})`, 'give a program or a .c file')
}

/** The bytes of the file of a program; a UsageError when it cannot be read. */
export const readWorkload = (file: string): Promise<Buffer> => readBounded(file, MAX_MIB).catch(unreadable(file))

/** Compiles a .c file for the architecture, or reads a static program for it. */
export const makeProgram = async (
  { name, file, args }: WorkloadProgram,
  arch: Arch,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<Program> => {
  // The compiler would report a missing file as an error of the code.
  const bytes = await readWorkload(file)
  const data = file.endsWith('.c') ? await compileSource(file, toolchain, signal) : requireProgram(file, bytes, arch)
  return { name, args, data, sha256: sha256Of(data) }
}

const words = (list: readonly string[]): string => list.map((word) => `${word}\0`).join('')

/** What the guest reads in /workloads/plan: see guest/programs.c. */
export const planText = (programs: readonly Pick<Program, 'name' | 'args'>[], processes: number): string =>
  words([`${processes}`]) + programs.map(({ name, args }) => words([`${args.length + 1}`, name, ...args])).join('')

const MAX_PLAN = 64 << 10

/** The programs and their plan as files of an initramfs. */
export const programFiles = (programs: readonly Program[], processes: number): readonly CpioEntry[] => {
  const plan = Buffer.from(planText(programs, processes))
  if (plan.length >= MAX_PLAN)
    throw new UsageError(
      '--workload: the arguments are longer than 64 KiB',
      'read them from a file that the program holds',
    )
  return [
    { type: 'dir', path: 'workloads', mode: 0o755 },
    { type: 'file', path: 'workloads/plan', mode: 0o644, data: plan },
    ...programs.map(({ data }, index) => ({ type: 'file', path: `workloads/${index}`, mode: 0o755, data }) as const),
  ]
}
