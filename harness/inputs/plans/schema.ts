// SPDX-License-Identifier: MIT
import { z } from 'zod'
import { seconds } from '../../lib/text/quantity.ts'
import { UsageError } from '../../model/errors.ts'
import { type ArchName, laneName, legName } from '../../model/results.ts'
import { archs } from '../arch/index.ts'
import { parseTreeSpec } from '../tree/spec.ts'

/** Names that a plan may use: what lies in kconfigs/ and patches/. */
export interface Names {
  readonly configs: readonly string[]
  readonly profiles: readonly string[]
  readonly series: readonly string[]
}

const ALL = 'all'

const problemOf = (check: () => unknown): string | undefined => {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof UsageError) return error.message
    throw error
  }
}

const tree = z.string().superRefine((text, context) => {
  const message = problemOf(() => parseTreeSpec(text))
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})

/** A list of names, `all` for every one that there is. */
const listOf = <T extends string>(known: readonly T[]) =>
  z
    .array(z.enum([...known, ALL]))
    .min(1)
    .transform((names) => [...new Set((names as readonly string[]).includes(ALL) ? known : (names as T[]))])

const axesOf = ({ configs, profiles, series }: Names) => ({
  trees: z
    .array(tree)
    .min(1)
    .transform((specs) => [...new Set(specs)]),
  series: listOf(series),
  archs: listOf<ArchName>(archs.map(({ name }) => name)),
  configs: listOf(configs),
  profiles: listOf(profiles),
  legs: listOf(legName.options),
})

const duration = z
  .union([z.number().int().positive().transform(String), z.string()])
  .superRefine((text, context) => {
    const message = problemOf(() => seconds('duration', text))
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })
  .transform((text) => seconds('duration', text))

/** A plan's file, with the names that there are as its schema. */
export const planSchema = (names: Names) => {
  const axes = axesOf(names)
  return z.strictObject({
    title: z.string().trim().min(1),
    ...axes,
    legs: axes.legs.default([...legName.options]),
    /** More of the same: what an entry leaves out is as above. */
    include: z.array(z.strictObject(axes).partial()).default([]),
    /** Cells to leave out: those that match all of an entry. */
    exclude: z.array(z.strictObject(axes).partial()).default([]),
    lanes: z.array(z.enum(laneName.options)).default([]),
    runs: z.number().int().min(1).max(10_000).default(1),
    duration: duration.optional(),
    seed: z.number().int().nonnegative().default(1),
    amplify: z.boolean().default(true),
  })
}

export type PlanFile = z.output<ReturnType<typeof planSchema>>
