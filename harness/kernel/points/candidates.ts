// SPDX-License-Identifier: MIT
import { isLock, isMachinery, namesAt, onlyReads } from './callnames.ts'
import type { Changed } from './changed.ts'
import { byLikelihood, type Candidate, RANKS, rankOf, type Tier } from './choose.ts'
import { type Body, type KernelCode, type Step, withCold } from './code.ts'
import { type Kin, readKin } from './kin.ts'
import { hotFirst } from './lines.ts'
import { type Occurrence, occurrencesOf, type Spot, takenFrom } from './occurrences.ts'
import { baseName, isPartial } from './table.ts'

/** What candidates are looked for in: one leg's kernel. */
export interface CandidateInput {
  readonly code: KernelCode
  /** The leg's source. */
  readonly source: string
  /** The files that the patch touches. */
  readonly files: readonly string[]
  readonly changed: Changed
}

/** A function in which places are sought. */
interface Wanted {
  /** As texts name it. */
  readonly name: string
  /** Its code, and what the compiler moved out of it. */
  readonly bodies: readonly Body[]
  readonly weight: number
}

/** The name by which a text finds this function; undefined when none does. */
const textName = ({ table }: KernelCode, { of }: Body): string | undefined => {
  if (isPartial(of.name) || table.refusal(of) !== undefined) return undefined
  if (table.byName.get(of.name)?.length !== 1) return undefined
  const base = baseName(of.name)
  // A copy has the name of the source while it is the only one.
  return !table.byName.has(base) && table.clones.get(base)?.length === 1 ? base : of.name
}

type Side = 'before' | 'after'

const textOf = (name: string, callee: string, nth: number, side: Side): string =>
  `${name}${side === 'before' ? '>' : '<'}${callee}${nth === 1 ? '' : `#${nth}`}`

/** The sides of a call that take a probe. */
const sidesOf = (code: KernelCode, { before, after }: Occurrence): readonly (readonly [Side, Spot])[] => {
  const taken = typeof after === 'string' ? after : takenFrom(code, after)
  return [
    ...(code.refusalAt(before.body, before.index) === undefined ? [['before', before] as const] : []),
    ...(typeof taken === 'string' ? [] : [['after', taken] as const]),
  ]
}

const addressOf = ({ body, index }: Spot): bigint => body.steps[index]!.address

/** Places at the calls and locks of a function, of the tier that `tierAt` gives to each. */
const callPlaces = (
  code: KernelCode,
  { name, bodies, weight }: Wanted,
  callees: readonly string[],
  tierAt: (spot: Spot, callee: string) => Tier | undefined,
): readonly Candidate[] =>
  callees.flatMap((callee) =>
    occurrencesOf(code.table, bodies, callee).flatMap((occurrence, index) => {
      const tier = tierAt(occurrence.before, callee)
      if (tier === undefined) return []
      return sidesOf(code, occurrence).map(([side, spot]) => ({
        text: textOf(name, callee, index + 1, side),
        tier,
        of: name,
        weight,
        rank: rankOf(callee, side),
        address: addressOf(spot),
      }))
    }),
  )

const edges = ({ name, bodies, weight }: Wanted, tier: Tier): readonly Candidate[] =>
  (['entry', 'return'] as const).map((at) => ({
    text: `${name}:${at}`,
    tier,
    of: name,
    weight,
    rank: RANKS[at],
    address: at === 'entry' ? bodies[0]!.of.address : null,
  }))

/** Whether an instruction is of a changed function, inlined or not. */
const isChanged = ({ calls }: Step, { changed, files }: Kin): boolean =>
  calls.some((call) => changed.has(call.function) && call.file !== undefined && files.has(call.file))

/** What these bodies call and lock, and which of the changed functions were inlined into them. */
const calleesOf = ({ table }: KernelCode, bodies: readonly Body[], kin: Kin): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const body of bodies)
    for (const step of body.steps) {
      for (const { function: inlined } of step.calls.slice(0, -1)) if (kin.changed.has(inlined)) names.add(inlined)
      for (const name of namesAt(table, body, step)) names.add(name)
    }
  return names
}

const placesInChanged = (
  code: KernelCode,
  wanted: Wanted,
  callees: readonly string[],
  kin: Kin,
): readonly Candidate[] => {
  const tierAt = (spot: Spot, callee: string): Tier | undefined => {
    if (isChanged(spot.body.steps[spot.index]!, kin)) return 'changed'
    // Where a changed function was inlined, its caller's locks are those around it.
    return isLock(callee) ? 'lock' : undefined
  }
  return [...edges(wanted, 'changed'), ...callPlaces(code, wanted, callees, tierAt)]
}

const placesInSharer = (code: KernelCode, wanted: Wanted, callees: readonly string[]): readonly Candidate[] => [
  ...edges(wanted, 'shared'),
  ...callPlaces(code, wanted, callees.filter(isLock), () => 'lock'),
]

/** Likelier sharers have lower weights; undefined when it is none. */
const weightOf = (name: string, callees: ReadonlySet<string>, kin: Kin): number | undefined => {
  const calls = [...callees].some((callee) => kin.changed.has(callee))
  const share = kin.shares.get(baseName(name))
  if (!calls && share === undefined) return undefined
  // They run when someone reads a file, or once.
  if (/_(?:show|open|init|exit|stats?)(?:_|$)/.test(name)) return 4
  if (calls) return 0
  return (share === 'data' ? 1 : 2) + ([...callees].some(isLock) ? 0 : 1)
}

const placesIn = (
  code: KernelCode,
  name: string,
  bodies: readonly Body[],
  readers: ReadonlySet<string>,
  kin: Kin,
): readonly Candidate[] => {
  const all = calleesOf(code, bodies, kin)
  const callees = [...all].filter((callee) => !readers.has(callee) || kin.changed.has(callee))
  if (bodies[0]!.steps.some((step) => isChanged(step, kin)))
    return placesInChanged(code, { name, bodies, weight: kin.changed.has(baseName(name)) ? 0 : 1 }, callees, kin)
  const weight = weightOf(name, all, kin)
  return weight === undefined || readers.has(baseName(name))
    ? []
    : placesInSharer(code, { name, bodies, weight }, callees)
}

// An exported function may be called everywhere.
const MOST_OTHERS = 4

/** The code that matters: of the files that the patch touches, and of some that have or call what it changes. */
const bodiesOf = async ({ code, files, changed }: CandidateInput): Promise<readonly Body[]> => {
  const sources = files.filter((file) => file.endsWith('.c'))
  const others = (await code.filesNaming(changed.functions)).filter((file) => !sources.includes(file))
  const bodies: Body[] = []
  for (const file of [...sources, ...others.slice(0, MOST_OTHERS)]) bodies.push(...((await code.bodiesOf(file)) ?? []))
  return bodies
}

/** Places in one leg's kernel where a race may open in and around what the patch changes, the likeliest first. */
export const candidatesIn = async (input: CandidateInput): Promise<readonly Candidate[]> => {
  const { code } = input
  const kin = await readKin(input.source, input.files, input.changed)
  const all = await bodiesOf(input)
  const readers = new Set(all.filter((body) => onlyReads(code.table, body)).map(({ of }) => baseName(of.name)))
  const found: Candidate[] = []
  for (const body of all) {
    const name = textName(code, body)
    if (name === undefined || isMachinery(name) || body.steps.length === 0) continue
    const bodies = hotFirst(await code.bodies(withCold(code.table, body.of)))
    found.push(...placesIn(code, name, bodies, readers, kin))
  }
  return byLikelihood(found)
}
