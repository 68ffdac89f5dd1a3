// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { NO_SERIES } from '../inputs/series/none.ts'
import { versions } from '../inputs/series/schema.ts'
import { text, words } from '../inputs/yaml/fields.ts'
import { ownLaneName } from '../model/results.ts'

const expectation = z.strictObject({
  oracle: text(
    'Who finds it: `console`, `data`, `balance` or `liveness` for a boot, `warnings` or `build` for the compiler.',
    'balance',
  ),
  kind: text(
    'The kind of the finding, as in `run.json`: the family of a kernel report, or what the oracle calls it. Any, if left out.',
    'handle-leak',
  ).optional(),
  title: text('A part of the title of the finding. Any title, if left out.', 'use-after-free').optional(),
})

const expectations = z.array(expectation)

const EXPECT = {
  description: 'What must catch the case: one finding that matches any one entry is enough.',
  examples: [[{ oracle: 'console', kind: 'kasan', title: 'use-after-free' }]],
}

const workload = {
  config: text('The config: a file of `kconfigs/configs/` without `.config`.', 'zpool-off').default('zpool-on'),
  profile: text('The profile: a file of `kconfigs/profiles/` without `.config`.', 'lockdep').default('kasan'),
  seconds: z
    .number()
    .int()
    .positive()
    .meta({ description: 'Length of each lane, in seconds.', examples: [12] }),
  lanes: z
    .array(ownLaneName)
    .min(1)
    .meta({ description: 'The lanes (workloads of the guest) of the boot.', examples: [['restore']] }),
}

const KINDS = [
  'leak',
  'tag',
  'freelist',
  'loop',
  'huge',
  'lock',
  'lifetime',
  'counter',
  'config-off',
  'data',
  'length',
  'migration',
  'reference',
  'stale',
] as const

const mutant = z
  .strictObject({
    file: text(
      'The patch: a file of this folder, which goes on top of the `after` leg of the series.',
      'leak-tag-not-set.patch',
    ),
    kind: z.enum(KINDS).meta({ description: 'What the patch breaks, for the table of results.', examples: ['leak'] }),
    ...workload,
    seconds: workload.seconds.default(8),
    lanes: workload.lanes.default(['restore']),
    expect: expectations.default([]).meta({ ...EXPECT, description: `${EXPECT.description} Not with \`equivalent\`.` }),
    equivalent: text(
      'Why no test can distinguish it from the correct code. Such a case is listed, and booted only if `--only` names it; it must not be caught. Not with `expect`.',
      'zs_free() gets the handle as zs_malloc() returned it',
    ).optional(),
  })
  .refine(
    ({ expect, equivalent }) => (equivalent === undefined) === expect.length > 0,
    'must have either expect (what catches it) or equivalent (why nothing can)',
  )
  // The same for editors.
  .meta({
    oneOf: [
      { required: ['expect'], properties: { expect: { minItems: 1 }, equivalent: false } },
      { required: ['equivalent'], properties: { expect: { maxItems: 0 } } },
    ],
  })

const canary = z.strictObject({
  name: text('The fault to plant, and the name of the case. `guest/README.md` lists the faults.', 'kasan-uaf'),
  ...workload,
  seconds: workload.seconds.default(3),
  lanes: workload.lanes.default(['pump']),
  expect: expectations.min(1).meta(EXPECT),
})

const control = z.strictObject({
  name: text('The name of the case, as `--only` takes it.', 'correct'),
  ...workload,
  canary: words
    .nullable()
    .default(null)
    .meta({
      description: 'What the guest does beside its lanes that is not a fault.',
      examples: ['hostile-console'],
    }),
})

const EXAMPLE = {
  versions: '>=6.1 <6.2-rc1',
  series: 'zsmalloc-deferred-handles',
  controls: [{ name: 'correct', lanes: ['race', 'restore'], seconds: 8 }],
  canaries: [{ name: 'kasan-uaf', expect: [{ oracle: 'console', kind: 'kasan' }] }],
  mutants: [
    { file: 'leak-tag-not-set.patch', kind: 'leak', expect: [{ oracle: 'balance', kind: 'handle-leak' }] },
    { file: 'same-allocated-tag-not-cleared.patch', kind: 'tag', equivalent: 'zs_free() never gets a tagged handle' },
  ],
}

/** A `selftest.yaml` of `patches/selftest/`. */
export const selftestSchema = z
  .strictObject({
    versions: versions(
      'The kernel versions that the set is for. `--tree` chooses the set that has its version.',
      EXAMPLE.versions,
    ),
    series: text(
      `The series that the cases are on top of; \`${NO_SERIES}\` is the tree as it is. \`--series\` overrides it.`,
      EXAMPLE.series,
    ),
    controls: z.array(control).meta({
      description:
        'Boots of the kernel with the series and nothing else, which must always pass. `--runs` says how many boots of each.',
      examples: [EXAMPLE.controls],
    }),
    canaries: z.array(canary).meta({
      description: 'Faults that a kernel module of the guest plants, on top of the series.',
      examples: [EXAMPLE.canaries],
    }),
    mutants: z.array(mutant).meta({
      description: 'Wrong versions of the code. Every `.patch` file of the folder must be listed.',
      examples: [EXAMPLE.mutants],
    }),
  })
  .meta({
    title: 'selftest.yaml',
    description: 'The cases of `zsharness selftest`: what is planted, and what must catch it.',
    examples: [EXAMPLE],
  })

export type SelftestFile = z.output<typeof selftestSchema>
export type Expectation = z.output<typeof expectation>
