// SPDX-License-Identifier: MIT

import type { HeldChoice } from '../../bundle/model.ts'
import type { Bundle } from '../../bundle/open.ts'
import type { Generation } from '../../guest/generation.ts'
import { chooseHolds, type HoldPlan, NO_HOLDS } from '../../guest/holds.ts'
import type { Lane } from '../../guest/lanes.ts'
import { formatHold } from '../../inputs/hold/format.ts'
import type { Series } from '../../inputs/series/model.ts'
import { UsageError } from '../../model/errors.ts'
import type { LaneName } from '../../model/results.ts'
import { notesOnLanes } from '../holds.ts'
import type { RunSettings } from '../settings.ts'

interface Asked {
  readonly settings: Pick<RunSettings, 'amplify' | 'added'>
  readonly series: Pick<Series, 'name' | 'hold'>
}

/** The name of the hold points that these lanes get: equal names are equal points of one kernel. */
export const choiceOf = (
  { settings: { amplify, added }, series }: Asked,
  generation: Generation,
  lanes: readonly LaneName[],
): string => {
  if (!amplify) return 'off'
  if (added.search) return 'search'
  if (added.schedule !== null) return `schedule in ${lanes.join(', ')}`
  const { holds } = chooseHolds({ amplify, given: added.holds, series }, generation, lanes)
  return `${generation.name}: ${holds.map(formatHold).join('; ')}`
}

const MOST = 100

/** Choices of lanes that differ in their points, from one lane to all. */
export const laneChoices = (
  asked: Asked,
  generation: Generation,
  lanes: readonly LaneName[],
): readonly (readonly LaneName[])[] => {
  if (!asked.settings.amplify) return []
  if (asked.settings.added.search || asked.settings.added.schedule !== null) return [lanes]
  const known = new Map<string, readonly LaneName[]>()
  const keep = (some: readonly LaneName[]): void => {
    const choice = choiceOf(asked, generation, some)
    if (known.has(choice) || known.size >= MOST) return
    known.set(choice, some)
    for (const lane of lanes) if (!some.includes(lane)) keep(lanes.filter((one) => one === lane || some.includes(one)))
  }
  keep(lanes)
  for (const lane of lanes) keep([lane])
  return [...known.values()]
}

/** The points of each choice, found in the kernel. */
export const heldChoices = async (
  asked: Asked,
  generation: Generation,
  lanes: readonly Lane[],
  find: (lanes: readonly Lane[]) => Promise<HoldPlan>,
): Promise<readonly HeldChoice[]> => {
  const names = lanes.map(({ name }) => name)
  const found: HeldChoice[] = []
  for (const some of laneChoices(asked, generation, names)) {
    const plan = await find(lanes.filter(({ name }) => some.includes(name)))
    found.push({ choice: choiceOf(asked, generation, some), plan })
  }
  return found
}

/** The points of a boot, as the bundle has them; no file of the build is read. */
export const heldIn = (
  { file, boot }: Bundle,
  asked: Asked,
  generation: Generation,
  lanes: readonly Lane[],
): HoldPlan => {
  const choice = choiceOf(
    asked,
    generation,
    lanes.map(({ name }) => name),
  )
  if (choice === 'off') return { ...NO_HOLDS, notes: notesOnLanes(asked.settings.added.holds, []) }
  const found = boot.holds.find((one) => one.choice === choice)
  if (found) {
    const { chosen, ...plan } = found.plan
    return chosen === undefined ? plan : { ...plan, chosen }
  }
  throw new UsageError(
    `${file} has no hold points for the lanes ${lanes.map(({ name }) => name).join(', ')}`,
    `it has those for its own lanes: ${boot.lanes.join(', ')}; leave --lane out, or give --amplify off`,
  )
}
