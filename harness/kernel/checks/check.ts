// SPDX-License-Identifier: MIT
import type { Arch } from '../../inputs/arch/index.ts'
import type { Patch } from '../../inputs/series/model.ts'
import type { Context } from '../../model/events.ts'
import type { Kernel } from '../model.ts'
import type { Diagnostic } from '../output.ts'
import type { Toolchain } from '../toolchain.ts'

/** One leg as a check sees it. */
export interface CheckedLeg {
  readonly kernel: Kernel
  readonly arch: Arch
  readonly toolchain: Toolchain
  readonly cache: string
  /** C files that the series touches and this config compiles. */
  readonly files: readonly string[]
  /** The patches that this leg has and the before leg has not. */
  readonly patches: readonly Patch[]
}

/** A tool that analyses the code without running it. */
export interface Check {
  readonly name: string
  /** The program that it needs besides the compiler, and the Debian package that contains it; null for none. */
  readonly needs: { readonly program: string; readonly package: string } | null
  readonly diagnose: (leg: CheckedLeg, context: Context) => Promise<readonly Diagnostic[]>
}
