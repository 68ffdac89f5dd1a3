// SPDX-License-Identifier: MIT
import { z } from 'zod'
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
const STATES = ['needs-base', 'applies', 'already-applied', 'code-gone'] as const

const requirement = z.strictObject({
  series: text('The series to apply first: the name of its folder in `patches/`.', 'zsmalloc-writeback-6.1'),
  versions: versions('The kernel versions that need it.', '>=6.1 <6.2-rc1'),
})

const applicability = z.strictObject({
  versions: versions('The kernel versions that this entry is about.', '>=6.2-rc1 <6.2-rc7'),
  state: z.enum(STATES).meta({
    description:
      '`applies`: `before` is the kernel as it is, `after` adds the patches. ' +
      '`needs-base`: the same on top of a series of `requires`; a run refuses the kernel if none matches its version. ' +
      '`already-applied`: the kernel has the change, so `after` is the kernel as it is, and `before` has the patches reverted. ' +
      '`code-gone`: the code was removed, and a run refuses the kernel.',
    examples: ['applies'],
  }),
  note: text(
    'Why, with the commit if there is one. Errors quote it.',
    'the race came with 9997bc017549 and is not fixed yet',
  ),
})

const signature = z.strictObject({
  families: texts(
    'Families of kernel reports, any one of which matches. `zsharness log --families` lists the families.',
    ['oops', 'kasan'],
  ),
  stack: texts(
    'Functions that the call trace must contain, innermost first. Other functions may stand between them; inlined functions count.',
    ['zs_map_object', 'zswap_writeback_entry'],
  ),
  workqueue: text(
    'A part of what the report says after `Workqueue:`. If it is left out, the report may come from any task.',
    'zswap-shrink',
  ).optional(),
  note: text('For readers: what happens in the kernel when the bug shows like this.', 'the handle was overwritten'),
})

const knownFinding = z.strictObject({
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
  ),
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
    patches: z
      .array(fileName)
      .min(1)
      .meta({
        description:
          'The patches in the order in which they apply: files beside `series.yaml`, each a mail, an mbox or a plain diff. Every `.patch` file of the folder must be listed.',
        examples: [['0001-zsmalloc-fix-a-race-with-deferred_handles-storing.patch']],
      }),
    touches: texts(
      'Every file that the patches change, as a path from the top of the tree; the list is checked. ' +
        'New compiler warnings in these files are findings, and the report shows their coverage and object sizes.',
      ['mm/zsmalloc.c'],
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
        'How the bug that the series fixes shows on the console: a report that matches any one entry. ' +
        'A pair is `fixed` only if such a report appears on `before`. `[]` if the series fixes no such bug.',
      examples: [[{ families: ['kasan'], stack: ['zs_map_object'], note: 'the handle was overwritten' }]],
    }),
    knownFindings: z
      .array(knownFinding)
      .default([])
      .meta({
        description:
          'Findings that are expected: they are reported, but fail nothing. One that no longer appears is reported as stale.',
        examples: [[]],
      }),
  })
  .meta({
    title: 'series.yaml',
    description: 'A patch series: its patches, the kernels that they apply to, and how the bug that they fix shows.',
    examples: [EXAMPLE],
  })

export type SeriesFile = z.output<typeof seriesSchema>
export type Applicability = SeriesFile['applicability'][number]
