// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { seconds } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import { AMPLIFY } from '../../model/names.ts'
import { type ArchName, legName, ownLaneName } from '../../model/results.ts'
import { archs } from '../arch/index.ts'
import { NO_SERIES } from '../series/none.ts'
import { parseTreeSpec } from '../tree/spec.ts'
import { text } from '../yaml/fields.ts'

/** Names that a plan may use: what lies in kconfigs/ and patches/. */
export interface PlanNames {
  readonly configs: readonly string[]
  readonly profiles: readonly string[]
  readonly series: readonly string[]
  /** Those that are in the corpus. */
  readonly corpus: readonly string[]
}

const ALL = 'all'
/** In `series`: every series of the corpus. */
const CORPUS = 'corpus'
/** In `configs` and `profiles`: what each series names in its `settings`, else the default of `run`. */
export const OWN = 'own'

const problemOf = (check: () => unknown): string | undefined => {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
}

// What `parseTreeSpec` takes, for editors: the error that a reader of the file gets is that of `parseTreeSpec`.
const TREE = String.raw`^\s*(debian:(?<series>\d+\.\d+)(=\k<series>[.~-][\w.+~-]*)?|v?\d+\.\d+(\.\d+)?(-rc\d+)?|git:[^-].*#[^-\s~^:?*\[\\#][^\s~^:?*\[\\#]*|(dir|tar):.*\S)\s*$`

const tree = z
  .string()
  .superRefine((spec, context) => {
    const message = problemOf(() => parseTreeSpec(spec))
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  .meta({ title: 'tree', pattern: TREE })

/** A list of names, `all` for every one that there is, and other words for several. */
const listOf = <T extends string>(
  known: readonly T[],
  description: string,
  example: readonly string[],
  also: readonly T[] = [],
  groups: Readonly<Record<string, readonly T[]>> = {},
) => {
  const meant = (name: string): readonly string[] => (name === ALL ? known : (groups[name] ?? [name]))
  return z
    .array(z.enum([...known, ...also, ...Object.keys(groups), ALL]))
    .min(1)
    .transform((names) => [...new Set((names as readonly string[]).flatMap(meant))] as T[])
    .meta({ description, examples: [example] })
}

const axesOf = ({ configs, profiles, series, corpus }: PlanNames) => ({
  trees: z
    .array(tree)
    .min(1)
    .transform((specs) => [...new Set(specs)])
    .meta({
      description:
        'Kernel sources, as `--tree` takes them: `debian:6.1`, `debian:6.12=VERSION`, a release (`v6.2-rc4`, `6.1.100`), `git:URL#REF`, `dir:PATH` or `tar:PATH`.',
      examples: [['debian:6.1', 'v6.2-rc4']],
    }),
  series: listOf(
    series,
    'Patch series: folders of `patches/`, or `all`; `none` is the tree as it is, with one leg; `corpus` is every series with ' +
      'the key `corpus`. Such a series has cells only where its bug can live.',
    ['zsmalloc-deferred-handles'],
    [NO_SERIES],
    { [CORPUS]: corpus },
  ),
  archs: listOf<ArchName>(
    archs.map(({ name }) => name),
    'Architectures, or `all`.',
    ['x86_64', 'arm64'],
  ),
  configs: listOf(
    configs,
    'Configs: files of `kconfigs/configs/` without `.config`, or `all`; `own` are those of `settings` in series.yaml, else those of `run`.',
    ['zpool-on'],
    [OWN],
  ),
  profiles: listOf(
    profiles,
    'Profiles, which are the debugging options built in: files of `kconfigs/profiles/` without `.config`, or `all`; `own` as in `configs`.',
    ['kasan'],
    [OWN],
  ),
  legs: listOf(legName.options, 'Legs: the kernel without the patches, with them, or `all`.', ['before', 'after']),
})

const duration = z
  .union([
    z.number().int().positive().max(999_999).transform(String),
    z.string().meta({ pattern: '^(?=.*[1-9])\\d{1,6}[smh]?$' }),
  ])
  .superRefine((length, context) => {
    const message = problemOf(() => seconds('duration', length))
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  .transform((length) => seconds('duration', length))
  .meta({
    title: 'length of time',
    description:
      'Length of each lane of a boot: seconds, or a number with `s`, `m` or `h`. If it is left out, each lane has its own length.',
    examples: ['30s'],
  })

const settings = {
  lanes: z
    .array(z.enum(ownLaneName.options))
    .default([])
    .meta({
      description: 'The lanes (workloads of the guest) of each boot. `[]`: all that the config can run.',
      examples: [['race', 'pump']],
    }),
  runs: z
    .union([z.number().int().min(1).max(10_000), z.literal('auto')])
    .default(1)
    .meta({
      description: 'Boots of each kernel. `auto`: one, and more until the clean boots of a pair cannot be luck.',
      examples: [5],
    }),
  duration: duration.optional(),
  seed: z
    .number()
    .int()
    .nonnegative()
    .default(1)
    .meta({
      description: 'The seed of every page pattern and random choice in the guest. Each further boot adds 1.',
      examples: [42],
    }),
  amplify: z
    .literal([true, false, ...AMPLIFY])
    .default(true)
    .meta({
      description:
        '`given` or `true`: the guest holds CPUs at the points of the series. `auto`: it looks for such points, from the patch. `off` or `false`: the workload alone. `--amplify` and `--hold` of the command line win.',
      examples: ['auto'],
    }),
}

const EXAMPLE = {
  title: 'my series on both architectures, and on a release candidate',
  trees: ['debian:6.1'],
  series: ['zsmalloc-deferred-handles'],
  archs: ['all'],
  configs: ['zpool-on', 'zpool-off'],
  profiles: ['kasan'],
  include: [{ trees: ['v6.2-rc4'], archs: ['x86_64'] }],
  exclude: [{ archs: ['arm64'], configs: ['zpool-off'] }],
  runs: 3,
}

/** A plan's file, with the names that there are as its schema. */
export const planSchema = (names: PlanNames) => {
  const axes = axesOf(names)
  return z
    .strictObject({
      title: text('What the plan is for, in one line.', 'the posted patch on both architectures, every config'),
      ...axes,
      legs: axes.legs.prefault([...legName.options]),
      include: z
        .array(z.strictObject(axes).partial())
        .prefault([])
        .meta({
          description: 'More products, each beside the main one. A list that an entry leaves out is that of the plan.',
          examples: [[{ trees: ['v6.2-rc4'], profiles: ['kasan'] }]],
        }),
      exclude: z
        .array(z.strictObject(axes).partial())
        .prefault([])
        .meta({
          description: 'Cells to leave out: those that match every list of an entry.',
          examples: [[{ archs: ['arm64'], configs: ['zpool-off'] }]],
        }),
      ...settings,
    })
    .meta({
      title: 'plan',
      description: 'A plan of `zsharness matrix`: lists. The product of the lists is the set of cells.',
      examples: [EXAMPLE],
    })
}

export type PlanFile = z.output<ReturnType<typeof planSchema>>
