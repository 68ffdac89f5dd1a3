// SPDX-License-Identifier: MIT
import { type Arch, crossCompile } from '../inputs/arch/index.ts'
import { hasProgram } from '../lib/process/sh.ts'

/** What an option of `replay` needs beyond what a run needs. */
export interface DebugNeed {
  readonly options: string
  /** One of these. */
  readonly programs: readonly string[]
  readonly package: string
}

const NATIVE_GDB: DebugNeed = {
  options: '--gdb, --at-splat',
  programs: ['gdb', 'gdb-multiarch'],
  package: 'gdb',
}
const FOREIGN_GDB: DebugNeed = {
  options: '--gdb, --at-splat of another architecture',
  programs: ['gdb-multiarch'],
  package: 'gdb-multiarch',
}
const SHELL: DebugNeed = { options: '--shell', programs: ['busybox'], package: 'busybox-static' }

/** What debugging guests of these architectures needs. The shell of a foreign one is downloaded. */
export const debugNeeds = (archs: readonly Arch[], nodeArch: string = process.arch): readonly DebugNeed[] => {
  const isNative = (arch: Arch): boolean => crossCompile(arch, nodeArch) === ''
  return [...(archs.some(isNative) ? [NATIVE_GDB, SHELL] : []), ...(archs.every(isNative) ? [] : [FOREIGN_GDB])]
}

/** Those of them that this host does not meet. */
export const missingDebug = async (archs: readonly Arch[]): Promise<readonly DebugNeed[]> => {
  const needs = debugNeeds(archs)
  const met = await Promise.all(
    needs.map(async ({ programs }) => (await Promise.all(programs.map(hasProgram))).some(Boolean)),
  )
  return needs.filter((_, index) => !met[index])
}
