// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeProgram, type Program, readWorkload } from '../../guest/programs.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { sha256Of } from '../../lib/files/hash.ts'
import { UsageError } from '../../model/errors.ts'
import type { ArchName, WorkloadProgram } from '../../model/results.ts'
import type { Resolved } from '../../run/request.ts'
import { keptProgram } from '../../run/results.ts'

/** The programs of the user for each architecture that has a compiler: compiled, or read and checked. */
export const resolvePrograms = async (
  workloads: readonly WorkloadProgram[],
  toolchains: Resolved['toolchains'],
  signal: AbortSignal,
): Promise<NonNullable<Resolved['programs']>> => {
  const found = new Map<ArchName, readonly Program[]>()
  if (workloads.length === 0) return found
  for (const [name, toolchain] of toolchains) {
    const programs: Program[] = []
    for (const one of workloads) programs.push(await makeProgram(one, findArch(name), toolchain, signal))
    found.set(name, programs)
  }
  return found
}

/** The programs that a run kept in its results. */
export const keptPrograms = async (
  runDir: string,
  workloads: readonly WorkloadProgram[],
): Promise<readonly Program[]> => {
  const programs: Program[] = []
  for (const { name, args, sha256 } of workloads) {
    const path = sha256 === null ? undefined : join(runDir, keptProgram(sha256))
    const data = path && (await readFile(path).catch(() => undefined))
    if (!data || sha256 === null || sha256Of(data) !== sha256)
      throw new UsageError(
        `${runDir} does not hold the program ${name} as it was run`,
        'give the whole folder of the run, or run it again with --workload',
      )
    programs.push({ name, args, data, sha256 })
  }
  return programs
}

/** The content of the file of each program: a source, or the program itself. */
export const fileHashes = (workloads: readonly WorkloadProgram[]): Promise<string[]> =>
  Promise.all(workloads.map(async ({ file }) => sha256Of(await readWorkload(file))))
