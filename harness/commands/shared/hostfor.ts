// SPDX-License-Identifier: MIT
import { interruptSignal } from '../../lib/process/interrupt.ts'
import type { Additions, ArchName } from '../../model/results.ts'
import type { Resolved } from '../../run/request.ts'
import { type HostFlags, prepareHost } from './host.ts'
import { resolvePrograms } from './programs.ts'
import { availableToolchains, resolveToolchains } from './resolve.ts'

/** The compilers and the user's programs. A machine that only submits needs neither, and no QEMU. */
export const hostFor = async (
  archs: readonly ArchName[],
  { workloads }: Additions,
  flags: HostFlags & { readonly submit?: string },
): Promise<Required<Pick<Resolved, 'toolchains' | 'programs'>>> => {
  const llvm = flags.llvm === true
  if (flags.submit !== undefined) return { toolchains: await availableToolchains(archs, llvm), programs: new Map() }
  await prepareHost(archs, flags)
  const toolchains = await resolveToolchains(archs, llvm)
  return { toolchains, programs: await resolvePrograms(workloads, toolchains, interruptSignal()) }
}
