// SPDX-License-Identifier: MIT
import { resolve } from 'node:path'
import { type ReplayFile, readReplay, requirePatches, triedOf } from '../../explore/replayfile.ts'
import { UsageError } from '../../model/errors.ts'
import type { TriedSchedule } from '../../model/results.ts'
import type { AddedFlags } from './added.ts'
import { resolvePatches, resolveSeries } from './resolve.ts'

/** The flags that name the patches. */
interface PatchFlags {
  readonly series: string
  readonly patch?: readonly string[]
  readonly extraPatch?: readonly string[]
}

/** The flags of a run that a schedule is about. */
export interface ScheduleFlags extends PatchFlags, Pick<AddedFlags, 'hold' | 'amplify'> {
  readonly schedule?: string
  readonly tree: string
  readonly leg: string
  readonly config?: readonly string[]
  readonly watch?: boolean
}

/** Whether the user gave a flag: another has its default. */
export type Given = (flag: string) => boolean

const FLAG = '--schedule'

/** Throws for a flag that says something else than the schedule, or that leaves it no points. */
const refuseContradictions = (file: string, known: ReplayFile, flags: ScheduleFlags, given: Given): void => {
  if (given('hold')) throw new UsageError(`--hold: ${FLAG} arms the points of ${file}`, 'leave one of them out')
  if (given('amplify') && flags.amplify !== 'given' && flags.amplify !== true)
    throw new UsageError(`${FLAG} does nothing with --amplify ${flags.amplify || 'off'}`, 'leave one of them out')
  if (flags.watch === true)
    throw new UsageError(
      `${FLAG} ${file}: it holds for the text that was explored, not for the next one`,
      'leave --watch out',
    )
  if (given('tree') && flags.tree !== known.tree)
    throw new UsageError(`--tree ${flags.tree}: the schedule of ${file} was found on ${known.tree}`, 'leave --tree out')
  if (flags.leg !== 'both' && flags.leg !== known.leg)
    throw new UsageError(`--leg ${flags.leg}: the schedule of ${file} fails on the ${known.leg} leg`, 'leave --leg out')
}

/** What came from standard input is gone. */
export const requirePatchFiles = (flag: string, file: string, patchFiles: readonly string[]): void => {
  if (patchFiles.includes('-'))
    throw new UsageError(
      `${flag} ${file}: its patch came from standard input, which is gone`,
      'give the same patch with --patch FILE',
    )
}

/** The flags that name the patches: those of the user, else those of the schedule. */
export const patchFlags = (known: ReplayFile, flags: PatchFlags, given: Given): PatchFlags => {
  const isNamed = given('series') || given('patch')
  const patch = isNamed ? flags.patch : known.patchFiles
  const extraPatch = given('extraPatch') ? flags.extraPatch : known.extraPatchFiles
  return {
    series: isNamed ? flags.series : known.series,
    ...(patch && patch.length > 0 ? { patch } : {}),
    ...(extraPatch && extraPatch.length > 0 ? { extraPatch } : {}),
  }
}

/** What a schedule makes of the flags of a run. */
export interface Scheduled {
  /** What it says where the user said nothing. */
  readonly flags: Partial<Omit<ScheduleFlags, 'schedule'>>
  readonly schedule: TriedSchedule | null
}

/** Reads the schedule of a run, if it has one, and checks that it is about what is tested. */
export const withSchedule = async (flags: ScheduleFlags, given: Given): Promise<Scheduled> => {
  if (flags.schedule === undefined) return { flags: {}, schedule: null }
  const file = resolve(flags.schedule)
  const known = await readReplay(file, FLAG)
  refuseContradictions(file, known, flags, given)
  if (known.holds.length === 0)
    throw new UsageError(
      `${FLAG} ${file}: its threads run one after the other, so there is nobody to hold`,
      'run the workload without it',
    )
  const own = patchFlags(known, flags, given)
  requirePatchFiles(FLAG, file, [...(own.patch ?? []), ...(own.extraPatch ?? [])])
  const series = await resolveSeries(own.series, own.patch)
  const extraPatches = await resolvePatches(own.extraPatch)
  const isGiven = { series: given('series') || given('patch'), extraPatches: given('extraPatch') }
  requirePatches(file, FLAG, known, { series, extraPatches }, isGiven)
  const config = flags.config ?? [known.config]
  return { flags: { ...own, tree: known.tree, config }, schedule: triedOf(file, known, series) }
}
