// SPDX-License-Identifier: MIT
import type { Arch } from '../inputs/arch/index.ts'
import type { Wanted } from '../inputs/kconfig/fragment.ts'
import type { Entry } from '../lib/cache/store.ts'
import type { BuildIdentity } from './donor.ts'
import type { Printed } from './output.ts'
import type { Sandbox } from './sandbox.ts'
import type { Toolchain } from './toolchain.ts'

/** Everything that a kernel's bytes depend on. */
export interface KernelInputs {
  readonly source: {
    /** The listing of its files: its hash in the store of the cache. Equal files make equal kernels, whatever made them. */
    readonly listing: string
    /** That of the tree without patches. */
    readonly treeListing: string
    /** Files that patches changed: from path to sha256 of the new content, null when removed. */
    readonly patchedFiles: Readonly<Record<string, string | null>>
  }
  readonly version: string
  readonly arch: Arch
  readonly toolchain: Toolchain
  readonly wanted: readonly Wanted[]
  /** Variables on make's command line, such as those for counters of coverage. */
  readonly makeVariables: readonly string[]
}

export interface KernelMeta extends BuildIdentity {
  readonly format: string
  readonly key: string
  readonly version: string
  /** Objects that its build compiled; the others were taken over from another build. */
  readonly compiled: number
  /** All that it printed about the code. Objects with a message are never taken over, so none is missing. */
  readonly diagnostics: readonly Printed[]
  /** What confined the build. */
  readonly sandbox: Sandbox
  readonly makeArgv: readonly string[]
  readonly durationMs: number
  readonly image: string
  /** sha256 of the image. */
  readonly imageHash: string
  /** What modules for it are compiled from, see `moduleInterface`. */
  readonly interface: string
  /** sha256 over its objects, which the entry lists: what another build can take over. */
  readonly objectsHash: string
  /** The path of the source during the build. */
  readonly builtAt: string
}

/** A built kernel in the cache. Its paths are relative to `dir`. */
export type Kernel = Entry<KernelMeta>
