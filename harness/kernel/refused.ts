// SPDX-License-Identifier: MIT
import type { Toolchain } from './toolchain.ts'

/** A program of the host that is older than the kernel's own minimum. */
export interface Refused {
  /** As the kernel names it: `GCC`, `Clang`, `GNU ld`, `GNU assembler`. */
  readonly name: string
  readonly yours: string
  readonly minimum: string
}

const TOO_OLD = /^\*\*\* (?:C compiler|Assembler|Linker) is too old\.$/
const VERSION = /^\*\*\*\s+(?:Your|Minimum) (.+) version:\s+(\S+)$/

/** The program that is too old, in the output of kconfig: there the kernel checks its compiler, assembler and linker. */
export const refusedTool = (lines: readonly string[]): Refused | undefined => {
  const at = lines.findIndex((line) => TOO_OLD.test(line))
  if (at < 0) return undefined
  const [yours, minimum] = [lines[at + 1], lines[at + 2]].map((line) => VERSION.exec(line ?? ''))
  return yours && minimum ? { name: yours[1]!, yours: yours[2]!, minimum: minimum[2]! } : undefined
}

// Debian 12 has newer ones beside its default, each in a folder of its own.
const NEWER_LLVM =
  'on Debian 12: apt-get install clang-19 lld-19 llvm-19, then run with PATH=/usr/lib/llvm-19/bin:$PATH'

const remedy = ({ name, minimum }: Refused, { llvm, cc, prefix }: Toolchain): string => {
  if (llvm) return `install clang, lld and llvm ${minimum} or newer (${NEWER_LLVM}), or leave out --llvm`
  const program = name === 'GCC' ? cc : `${prefix}${name === 'GNU ld' ? 'ld' : 'as'}`
  return `install ${name} ${minimum} or newer, with ${program} first in PATH, or choose an older --tree`
}

/** The message and the remedy for a program that a kernel of this version refuses. */
export const describeRefused = (
  refused: Refused,
  version: string,
  toolchain: Toolchain,
): { readonly message: string; readonly hint: string } => ({
  message: `Linux ${version} needs ${refused.name} ${refused.minimum} or newer, and this host has ${refused.yours}`,
  hint: remedy(refused, toolchain),
})
