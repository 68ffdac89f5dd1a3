// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { ARCHS, LANES } from '../../model/names.ts'
import { RANGE } from '../tree/version.ts'
import { text, texts, words } from '../yaml/fields.ts'

/** A key that takes a range of kernel versions. */
export const versions = (what: string, example: string) =>
  z
    .string()
    .regex(RANGE, 'is not a version range; write it as in ">=6.1 <6.2-rc1"')
    .meta({
      title: 'version range',
      description: `${what} A range is a list of comparators (\`>=\`, \`<=\`, \`>\`, \`<\`, \`=\`), separated by spaces, which must all hold; \`*\` is any version.`,
      examples: [example],
    })

const fileName = z
  .string()
  .trim()
  .regex(/^\s*[^\s./][^/]*$/, 'must be a file next to series.yaml')
  .meta({ title: 'file name' })

/** How a series fits a kernel version. */
const STATES = ['needs-base', 'applies', 'already-applied', 'reintroduces', 'code-gone'] as const

const PATCHES =
  'The patches in the order in which they apply: files beside `series.yaml`, each a mail, an mbox or a plain diff.'

const patches = (description: string, example: readonly string[]) =>
  z
    .array(fileName)
    .min(1)
    .meta({ description, examples: [example] })

const requirement = z.strictObject({
  series: text(
    'The series to apply first, for both legs: the name of its folder beside this one, else in `patches/`.',
    'zsmalloc-writeback-6.1',
  ),
  versions: versions('The kernel versions that need it.', '>=6.1 <6.2-rc1'),
})

const applicability = z.strictObject({
  versions: versions('The kernel versions that this entry is about.', '>=6.2-rc1 <6.2-rc7'),
  state: z.enum(STATES).meta({
    description:
      '`applies`: `before` is the kernel as it is, `after` adds the patches. ' +
      '`needs-base`: the same on top of a series of `requires`; a run refuses the kernel if none matches its version. ' +
      '`already-applied`: the kernel has the change, so `after` is the kernel as it is, and `before` has the patches reverted. ' +
      '`reintroduces`: the patches put a bug into the kernel, so `before` has them, and `after` is the kernel as it is. ' +
      '`code-gone`: the code was removed, and a run refuses the kernel. ' +
      'In every state both legs first get the series of `requires` that match. ' +
      'If the patches do not fit the kernel in the direction of the state, its text decides: see Direction.',
    examples: ['applies'],
  }),
  note: text(
    'Why, with the commit if there is one. Errors quote it.',
    'the race came with 9997bc017549 and is not fixed yet',
  ),
})

// One object for both forms, as the reference lists keys and an error can name what is missing.
const signature = z
  .strictObject({
    families: texts(
      'For a bug that the kernel reports: families of its reports, any one of which matches. `zsharness log --families` lists the families.',
      ['oops', 'kasan'],
    ).optional(),
    stack: texts(
      'With `families`: functions that the call trace must contain, innermost first. Other functions may stand between them; inlined functions count.',
      ['zs_map_object', 'zswap_writeback_entry'],
    ).optional(),
    workqueue: text(
      'With `families`: a part of what the report says after `Workqueue:`. If it is left out, the report may come from any task.',
      'zswap-shrink',
    ).optional(),
    oracle: text(
      'For a bug that the kernel does not report: the oracle that finds it, as in `run.json`, for example `data`, `balance` or `liveness`.',
      'data',
    ).optional(),
    kind: text(
      'With `oracle`: the kind of the finding, as in `run.json`. If it is left out, any.',
      'lost-data',
    ).optional(),
    title: text(
      'With `oracle`: a part of the title of the finding. If it is left out, any.',
      'came back wrong',
    ).optional(),
    lane: z
      .enum(LANES)
      .optional()
      .meta({
        description: 'With `oracle`: the lane in which it has to show. If it is left out, any.',
        examples: ['redirty'],
      }),
    note: text('For readers: what happens in the kernel when the bug shows like this.', 'the handle was overwritten'),
  })
  .refine(
    ({ families, stack, workqueue, oracle, kind, title, lane }) =>
      oracle === undefined
        ? families !== undefined && stack !== undefined && [kind, title, lane].every((value) => value === undefined)
        : families === undefined && stack === undefined && workqueue === undefined,
    'must have either families and stack (a report of the kernel), or oracle (another finding)',
  )
  // The same for editors.
  .meta({
    oneOf: [
      { required: ['families', 'stack'], properties: { oracle: false, kind: false, title: false, lane: false } },
      { required: ['oracle'], properties: { families: false, stack: false, workqueue: false } },
    ],
  })

const knownFinding = z
  .strictObject({
    oracle: text(
      'The oracle that makes the finding, as in `run.json`. If it is left out: the compiler (`warnings`, and the checks `w1` and `sparse`) for kind `warning` with a `file`, `console` (the kernel) for anything else.',
      'console',
    ).optional(),
    kind: text(
      'The kind of the finding, as in `run.json`: `warning` for a compiler warning, the family for a kernel report.',
      'warning',
    ),
    file: text(
      'The file that the finding is in, as a path from the top of the tree. If it is left out, any.',
      'mm/zsmalloc.c',
    ).optional(),
    title: text(
      'The whole title of the finding. A report with the `signature` of the bug is never a known finding.',
      "'obj_allocated' defined but not used",
    ).optional(),
    bucket: text(
      "Instead of the title, for a report of the kernel: the name of its bug, as `bucket` in `run.json`. It holds on every architecture and kernel version, whatever the report's kind and title are there.",
      'warning:zs_destroy_pool',
    ).optional(),
    aliases: z
      .array(words)
      .default([])
      .meta({
        description: 'Other whole titles of the same finding, for instance in the words of clang.',
        examples: [["unused function 'obj_allocated'"]],
      }),
    configs: texts(
      'The configs of `kconfigs/configs/` with which the finding is known. With any other config it counts against the kernel.',
      ['zpool-off-nocompact'],
    ),
    reason: text('Why the finding appears; reports quote it.', 'without ZPOOL nothing calls obj_allocated()'),
    remedy: text('What would make it go away; every report names it.', 'static inline, as upstream did (85b325815b56)'),
  })
  .refine(
    ({ title, bucket }) => (title === undefined) !== (bucket === undefined),
    'give a title or a bucket, and not both',
  )
  .meta({ oneOf: [{ required: ['title'] }, { required: ['bucket'] }] })

const touches = (description: string) => texts(description, ['mm/zsmalloc.c'])

const knownFindings = z.array(knownFinding)

const hold = z.array(words).meta({
  description:
    'Hold points that bring the race: where a CPU waits, and until what. `guest/README.md` describes how they are written. ' +
    'If they are left out, the lane `race` has one of its own.',
  examples: [['zswap_writeback_entry:arg1 until zs_free:arg1 for 15ms during race']],
})

const variant = z.strictObject({
  versions: versions('The kernel versions that this variant is for.', '>=6.2-rc7 <6.5'),
  patches: patches('The patches on these versions. They may share files with `patches` and with other variants.', [
    '0001-zsmalloc-fix-a-race-with-deferred_handles-storing.patch',
    '0002-zsmalloc-make-obj_allocated-inline.patch',
  ]),
  touches: touches(
    'Every file that these patches change. If it is left out, that of the series; either way it is checked.',
  ).optional(),
  hold: hold.optional().meta({
    description: 'The hold points on these versions. If they are left out, those of the series.',
    examples: [['swap_cache_alloc_folio in kworkers for 40ms during reuse']],
  }),
  knownFindings: knownFindings.optional().meta({
    description: 'The known findings on these versions. If it is left out, those of the series.',
    examples: [[]],
  }),
})

const settings = z.strictObject({
  lanes: z
    .array(z.enum(LANES))
    .min(1)
    .optional()
    .meta({
      description: 'The lanes that can show the bug. If they are left out, all that the config can run.',
      examples: [['pump', 'race']],
    }),
  configs: texts('The configs to test, of `kconfigs/configs/`. If they are left out, `zpool-on` and `zpool-off`.', [
    'zpool-on',
  ]).optional(),
  profile: text('The profile, of `kconfigs/profiles/`. If it is left out, `kasan`.', 'lockdep').optional(),
  options: z
    .array(
      z
        .string()
        .regex(/^(CONFIG_\w+=\S|# CONFIG_\w+ is not set)/, 'is not a Kconfig line, like CONFIG_FAILSLAB=y')
        .meta({ title: 'Kconfig line' }),
    )
    .min(1)
    .optional()
    .meta({
      description:
        'Kernel options, as the lines of a fragment in `kconfigs/`, with `# versions:` and `# when:`. A line with `#` needs quotes.',
      examples: [['CONFIG_FAILSLAB=y', '# CONFIG_ZSWAP_DEFAULT_ON is not set']],
    }),
  parameters: z
    .array(
      z
        .string()
        .regex(/^[A-Za-z][\w.:-]*(=[^\s"'\\]*)?$/, 'is not a kernel parameter, like zswap.enabled=0')
        .meta({ title: 'kernel parameter' }),
    )
    .min(1)
    .optional()
    .meta({
      description: "Parameters for the kernel's command line; they come last.",
      examples: [['cgroup_disable=memory']],
    }),
  memoryMiB: z
    .number()
    .int()
    .min(256)
    .optional()
    .meta({ description: 'The memory of the guest, in MiB.', examples: [1024] }),
  secondDiskMiB: z
    .number()
    .int()
    .min(1)
    .max(1 << 20)
    .optional()
    .meta({ description: 'The size of a second disk, which is empty, in MiB.', examples: [256] }),
})

const corpus = z.strictObject({
  commit: text('The commit that fixed the bug, as 12 digits; or what else names the fix.', '682886ec69d2'),
  cve: z
    .string()
    .regex(/^CVE-\d{4}-\d{4,}$/, 'is not the number of a CVE, like CVE-2023-53178')
    .optional()
    .meta({ title: 'CVE', description: 'The CVE of the bug, if it has one.', examples: ['CVE-2023-53178'] }),
  people: z
    .array(words)
    .length(3)
    .meta({
      description: 'What the bug did to people: three sentences. Reports show them.',
      examples: [
        ['Who had memory cgroups off met it.', 'The first call of the shrinker crashed.', 'The machine was lost.'],
      ],
    }),
  configs: texts('The configs that show the bug. If they are left out, those of `settings`.', ['zpool-on']).optional(),
  timing: z
    .boolean()
    .default(false)
    .meta({ description: 'Whether CPUs have to meet for the bug to show.', examples: [true] }),
  archs: z
    .array(z.enum(ARCHS))
    .min(1)
    .optional()
    .meta({
      description: 'The architectures on which the bug can live. If they are left out, all.',
      examples: [['x86_64']],
    }),
})

const EXAMPLE = {
  title: 'mm: fix a double free in foo_shrink()',
  patches: ['0001-mm-fix-a-double-free-in-foo_shrink.patch'],
  touches: ['mm/foo.c'],
  requires: [],
  applicability: [
    { versions: '>=6.1 <6.9', state: 'applies', note: 'the bug came with 0123456789ab' },
    { versions: '>=6.9', state: 'already-applied', note: 'in mainline as ba9876543210' },
  ],
  signature: [{ families: ['kasan', 'oops'], stack: ['foo_free', 'foo_shrink'], note: 'foo is freed twice' }],
}

/** `series.yaml`. */
export const seriesSchema = z
  .strictObject({
    title: text(
      'What the series does, in one line: mostly the subject of its patch or cover letter.',
      'zsmalloc: fix a race with deferred_handles storing',
    ),
    patches: patches(`${PATCHES} Every \`.patch\` file of the folder must be listed, here or in a variant.`, [
      '0001-zsmalloc-fix-a-race-with-deferred_handles-storing.patch',
    ]),
    variants: z
      .array(variant)
      .default([])
      .meta({
        description:
          'Other patches for some kernel versions: a backport, or the form in which the change went into mainline. ' +
          'The first entry whose versions match counts; `patches` are for all other versions.',
        examples: [[{ versions: '>=6.2-rc7 <6.5', patches: ['mainline.patch'] }]],
      }),
    touches: touches(
      'Every file that the patches change, as a path from the top of the tree; the list is checked. ' +
        'New compiler warnings in these files are findings, and the report shows their coverage and object sizes.',
    ),
    requires: z.array(requirement).meta({
      description: 'Series that must be applied first, on some kernel versions. `[]` if there are none.',
      examples: [[{ series: 'zsmalloc-writeback-6.1', versions: '>=6.1 <6.2-rc1' }]],
    }),
    applicability: z.array(applicability).meta({
      description:
        'What the series means on each kernel version. The first entry whose versions match counts. On a version that no entry names, the series is taken to apply.',
      examples: [[{ versions: '>=6.5', state: 'code-gone', note: 'removed by b3067742ae36' }]],
    }),
    signature: z.array(signature).meta({
      description:
        'How the bug that the series fixes shows: a report of the kernel, by its stack, or a finding of another oracle. Any one entry is enough. ' +
        'A pair is `fixed` only if the bug shows like this on `before`. `[]` if the series fixes no such bug.',
      examples: [[{ families: ['kasan'], stack: ['zs_map_object'], note: 'the handle was overwritten' }]],
    }),
    knownFindings: knownFindings.default([]).meta({
      description:
        'Findings that are expected: they are reported, but fail nothing. One that no longer appears is reported as stale.',
      examples: [[]],
    }),
    hold: hold.default([]),
    settings: settings.prefault({}).meta({
      description:
        'What a run with this series uses where the command line says nothing else. What a plan of `matrix` says wins, too.',
      examples: [{ lanes: ['pump'], configs: ['zpool-on'], profile: 'lockdep' }],
    }),
    corpus: corpus.optional().meta({
      description:
        'For a bug that shipped: it makes the series a part of the corpus. The plan `corpus` of `matrix` has cells for it on ' +
        'each of its trees whose version an entry of `applicability` names, unless the code is gone there.',
      examples: [
        {
          commit: '682886ec69d2',
          people: [
            'Who had memory cgroups off met it.',
            'The first call of the shrinker crashed.',
            'The machine was lost.',
          ],
        },
      ],
    }),
  })
  .meta({
    title: 'series.yaml',
    description: 'A patch series: its patches, the kernels that they apply to, and how the bug that they fix shows.',
    examples: [EXAMPLE],
  })

export type SeriesFile = z.output<typeof seriesSchema>
export type Applicability = SeriesFile['applicability'][number]
