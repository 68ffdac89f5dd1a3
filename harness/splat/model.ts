// SPDX-License-Identifier: MIT
import { z } from 'zod'

type ReadOnly<T> = T extends readonly (infer Item)[]
  ? readonly ReadOnly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: ReadOnly<T[Key]> }
    : T

const frame = z.object({
  function: z.string(),
  /** Byte offset into the function and the function's size, when printed. */
  offset: z.number().nullable(),
  size: z.number().nullable(),
  module: z.string().nullable(),
  /** `path:line` from vmlinux, filled in by symbolising. */
  location: z.string().nullable(),
  /** True for a frame that the unwinder itself marked as a guess (`? name`). */
  unreliable: z.boolean(),
  /** Calls that the compiler inlined into this function, innermost first; known when symbolised. */
  inlined: z.array(z.object({ function: z.string(), location: z.string().nullable() })),
  /** Set on the frame of the instruction pointer: its offset is of the instruction itself, not of a return address. */
  ip: z.literal(true).optional(),
})

const access = z.object({
  kind: z.enum(['read', 'write', 'exec', 'free']).nullable(),
  /** Bytes. */
  size: z.number().nullable(),
})

const guilty = z.object({
  /** The file of the blamed function, as a path from the top of the tree. */
  file: z.string().nullable(),
  /** What shows the file: a source line in the stack, the first line of the report, or a search of the tree. */
  from: z.enum(['stack', 'header', 'tree']).nullable(),
  /** Those whom the tree's own `scripts/get_maintainer.pl` names; null when it was not asked, or could not answer. */
  maintainers: z
    .array(
      z.object({
        /** Null for a mailing list. */
        name: z.string().nullable(),
        email: z.string(),
        /** Such as `maintainer:ZSMALLOC COMPRESSED SLAB MEMORY ALLOCATOR`. */
        role: z.string(),
      }),
    )
    .nullable(),
  /** Why the file or the maintainers are not known. */
  reason: z.string().nullable(),
})

/** The published form of a splat: `zsharness log --json`, `splats/N.json`. */
export const splatSchema = z.object({
  /** From the published lists in `families.ts`. */
  family: z.string(),
  kind: z.string(),
  /** Stable across builds: no addresses, numbers, CPU ids, compiler suffixes. */
  title: z.string(),
  /** The guilty function: the first frame that is not the detector's own machinery. */
  function: z.string().nullable(),
  /** Why the report is not reliable. */
  corrupted: z.string().nullable(),
  access: access.nullable(),
  task: z.string().nullable(),
  pid: z.number().nullable(),
  cpu: z.number().nullable(),
  kernel: z.string().nullable(),
  workqueue: z.string().nullable(),
  frames: z.array(frame),
  allocStack: z.array(frame),
  freeStack: z.array(frame),
  /** printk time of the first line, in seconds. */
  timeS: z.number().nullable(),
  /** 1-based line of the input where the report starts. */
  line: z.number(),
  /** Index of the splat in the same log that caused this one. */
  consequenceOf: z.number().nullable(),
  /** The same bug, whatever build, machine or architecture reported it: `use-after-free:zs_free`. */
  bucket: z.string(),
  /** The same report from any build: its title and its three innermost functions. One bucket has many. */
  fingerprint: z.string(),
  guilty: guilty.nullable().default(null),
  /** The report's raw lines, decoded, up to a limit. */
  lines: z.array(z.string()),
})

/** One report of the kernel on its console. */
export type Splat = ReadOnly<z.infer<typeof splatSchema>>

/** The file to blame, and who maintains it. */
export type Guilty = NonNullable<Splat['guilty']>

/** Somebody whom get_maintainer.pl names. */
export type Maintainer = NonNullable<Guilty['maintainers']>[number]

/** One function of a stack. */
export type Frame = Splat['frames'][number]

/** The memory access that a report is about. */
export type Access = NonNullable<Splat['access']>
