// SPDX-License-Identifier: MIT

/** One function of a stack; inlined calls follow the frame that holds them once symbolised. */
export interface Frame {
  readonly function: string
  /** Byte offset into the function and the function's size, when printed. */
  readonly offset: number | null
  readonly size: number | null
  readonly module: string | null
  /** `path:line` from vmlinux, filled by symbolising. */
  readonly location: string | null
  /** True for a frame that the unwinder itself marked as a guess (`? name`). */
  readonly unreliable: boolean
  /** Set on the frame of the instruction pointer: its offset is of the instruction itself, not of a return address. */
  readonly ip?: true
  readonly inlined: readonly { readonly function: string; readonly location: string | null }[]
}

export interface Access {
  readonly kind: 'read' | 'write' | 'exec' | 'free' | null
  /** Bytes. */
  readonly size: number | null
}

/** One report of the kernel on its console. */
export interface Splat {
  /** From the published lists in `families.ts`. */
  readonly family: string
  readonly kind: string
  /** Stable across builds: no addresses, numbers, CPU ids, compiler suffixes. */
  readonly title: string
  /** The guilty function: the first frame that is not the detector's own machinery. */
  readonly function: string | null
  /** Why the report cannot be trusted, or null. */
  readonly corrupted: string | null
  readonly access: Access | null
  readonly task: string | null
  readonly pid: number | null
  readonly cpu: number | null
  readonly kernel: string | null
  readonly workqueue: string | null
  readonly frames: readonly Frame[]
  readonly allocStack: readonly Frame[]
  readonly freeStack: readonly Frame[]
  /** printk time of the first line, in seconds. */
  readonly timeS: number | null
  /** 1-based line of the input where the report starts. */
  readonly line: number
  /** Index of the splat in the same log that caused this one, or null when independent. */
  readonly consequenceOf: number | null
  readonly fingerprint: string
  /** The report's raw lines, decoded, at most a bounded number. */
  readonly lines: readonly string[]
}
