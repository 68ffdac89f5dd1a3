// SPDX-License-Identifier: MIT
import type { Generation } from '../guest/generation.ts'
import { chooseHolds, type HoldPlan, NO_HOLDS, TRIAL_MS } from '../guest/holds.ts'
import type { Lane } from '../guest/lanes.ts'
import { findArch } from '../inputs/arch/index.ts'
import { formatHold } from '../inputs/hold/format.ts'
import { type Hold, isAtPoint, isSweep, type Sweep } from '../inputs/hold/model.ts'
import { parseAtPoint, parseHold } from '../inputs/hold/parse.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import type { Kernel } from '../kernel/model.ts'
import { candidatesIn } from '../kernel/points/candidates.ts'
import { changedBetween } from '../kernel/points/changed.ts'
import { chooseCandidates } from '../kernel/points/choose.ts'
import { type KernelCode, openCode } from '../kernel/points/code.ts'
import { lineMap } from '../kernel/points/linemap.ts'
import type { LineIn } from '../kernel/points/place.ts'
import { type Points, resolveHolds } from '../kernel/points/resolve.ts'
import { requireTogether } from '../kernel/points/together.ts'
import { UsageError } from '../model/errors.ts'
import type { LaneName, LegName, TriedSchedule } from '../model/results.ts'
import type { BuiltCell } from './builtcell.ts'
import { chooseSchedulePoints, type Refusal } from './schedulepoints.ts'

type Inputs = Pick<
  BuiltCell,
  'plan' | 'kernel' | 'series' | 'settings' | 'beforeDir' | 'touched' | 'withOther' | 'otherDir'
> & {
  /** The options of the built kernel. */
  readonly live: ReadonlySet<string>
}

/** A point that the harness chose itself may not exist in a patched kernel: that is nobody's mistake. */
const resolveOwn = async (resolve: () => Promise<Points>): Promise<Points> => {
  try {
    return { ...(await resolve()), notes: [] }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { probes: [], armed: [], notes: [`races of frees with writeback in a window: ${error.message}`] }
  }
}

const shifted = (armed: Points['armed'], by: number): Points['armed'] =>
  armed.map((one) => ({
    ...one,
    probe: one.probe + by,
    ...('until' in one && one.until !== null ? { until: one.until + by } : {}),
  }))

/**
 * Adds the point that counts the evictions and their failures. It is the first one, since of two probes at one place the
 * kernel runs the newer one first, and a hold is to begin as early as it can.
 */
const withEvictions = async (points: Points, code: KernelCode, { evicts }: Generation): Promise<HoldPlan> => {
  const plan = { ...NO_HOLDS, ...points, own: true }
  if (evicts === null || points.probes.length === 0) return plan
  const text = `${evicts}:return for 1us`
  const { probes } = await resolveOwn(() => resolveHolds([parseAtPoint(text, text)], code))
  if (probes.length === 0) return plan
  return {
    ...plan,
    probes: [...probes, ...points.probes],
    armed: shifted(points.armed, probes.length),
    results: 0,
  }
}

const linesIn = async ({ beforeDir, kernel }: Inputs, holds: Parameters<typeof lineMap>[0]) =>
  beforeDir === null ? undefined : lineMap(holds, sourceDir(beforeDir), sourceDir(kernel.dir))

const codeAt = ({ plan }: Inputs, dir: string): Promise<KernelCode> =>
  openCode({ arch: findArch(plan.arch), objects: objectDir(dir) })

/** The points among which a search chooses: those that both legs have, from what the patch changes. */
const searchPlan = async (inputs: Inputs): Promise<HoldPlan> => {
  const { plan, kernel, touched, withOther, otherDir } = inputs
  if (withOther === null)
    throw new UsageError(
      '--amplify auto: there is no patch to look around',
      'give --series or --patch, or leave it out',
    )
  const source = sourceDir(kernel.dir)
  const changed = await withOther((other) => changedBetween(...inOrder(plan.leg, source, other), touched))
  const code = await codeAt(inputs, kernel.dir)
  const own = await candidatesIn({ code, source, files: touched, changed })
  const others =
    otherDir === null
      ? []
      : await candidatesIn({
          code: await codeAt(inputs, otherDir),
          source: sourceDir(otherDir),
          files: touched,
          changed,
        })
  const legs = otherDir === null ? [own] : inOrder(plan.leg, own, others)
  const holds = chooseCandidates(legs).map(({ text }) => parseAtPoint(`${text} for 1ms`, 'the search'))
  if (holds.length === 0)
    return { ...NO_HOLDS, notes: ['races around the patch: it changes no code in which a CPU can be held'] }
  const { probes } = await resolveHolds(holds, code)
  return { ...NO_HOLDS, probes, trialMs: TRIAL_MS }
}

const inOrder = <T>(leg: LegName, own: T, other: T): readonly [T, T] => (leg === 'before' ? [own, other] : [other, own])

/** Without the last one, an allocation that may wait never fails. */
const SWEEP_OPTIONS = ['CONFIG_FAULT_INJECTION', 'CONFIG_FAILSLAB', 'CONFIG_FAULT_INJECTION_DEBUG_FS']

/** Room in the guest. */
const MOST_SWEEPS = 16

/** Throws for a sweep on a kernel that cannot make allocations fail, and for more than the guest takes. */
export const checkSweeps = (sweeps: readonly Sweep[], live: ReadonlySet<string>): void => {
  const extra = sweeps[MOST_SWEEPS]
  if (extra !== undefined)
    throw new UsageError(
      `'${formatHold(extra)}': ${sweeps.length} sweeps are more than the guest takes`,
      `give at most ${MOST_SWEEPS}`,
    )
  const absent = SWEEP_OPTIONS.filter((option) => !live.has(option))
  if (sweeps.length === 0 || absent.length === 0) return
  throw new UsageError(
    `'${formatHold(sweeps[0]!)}': this kernel is built without ${absent.join(', ')}`,
    `give --kconfig FILE with the ${absent.length === 1 ? 'line' : 'lines'} ${absent.map((option) => `${option}=y`).join(', ')}`,
  )
}

/** The user's points for lanes that this kernel does not run. */
export const notesOnLanes = (given: readonly string[], chosen: readonly Hold[]): readonly string[] => {
  const known = new Set(chosen.map(formatHold))
  return given
    .filter((text) => !known.has(formatHold(parseHold(text, text))))
    .map((text) => `'${text}': none of its lanes runs on this kernel`)
}

/** Why a text is no point; undefined when it is one. Names of debug information may be no symbols. */
export const whyNoPoint = (text: string): string | undefined => {
  try {
    parseAtPoint(text, `'${text}'`)
    return undefined
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return error.message.replace(/^'.*?': /, '')
  }
}

/** Whether both kernels can arm a point: the legs are compared under the same ones. */
const refusalOf = (inputs: Inputs): Refusal => {
  const { plan, kernel, otherDir } = inputs
  const own = codeAt(inputs, kernel.dir)
  const other = otherDir === null ? undefined : codeAt(inputs, otherDir)
  return async (text, beside) => {
    const refused = whyNoPoint(text)
    if (refused !== undefined) return refused
    const holds = [...beside, text].map((one) => parseAtPoint(one, one))
    const resolve = async (code: Promise<KernelCode> | undefined, lineIn: LineIn | undefined) =>
      code === undefined ? undefined : whyUnresolved(holds, await code, lineIn)
    const here = await resolve(own, await linesIn(inputs, holds))
    if (here !== undefined || otherDir === null) return here
    const linesThere =
      plan.leg === 'before' ? await lineMap(holds, sourceDir(kernel.dir), sourceDir(otherDir)) : undefined
    const there = await resolve(other, linesThere)
    return there === undefined ? undefined : `the other leg: ${there}`
  }
}

const whyUnresolved = async (
  holds: Parameters<typeof resolveHolds>[0],
  code: KernelCode,
  lineIn: LineIn | undefined,
): Promise<string | undefined> => {
  try {
    requireTogether(await resolveHolds(holds, code, lineIn))
    return undefined
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return error.message.replace(/^'.*?': /, '')
  }
}

/** The plan of the points that stand for a schedule in this kernel. */
const schedulePlan = async (
  inputs: Inputs,
  schedule: TriedSchedule,
  generation: Generation,
  lanes: readonly LaneName[],
): Promise<HoldPlan> => {
  const { chosen, notes } = await chooseSchedulePoints(schedule, refusalOf(inputs))
  const { settings } = inputs
  const added = { ...settings.added, schedule: null, holds: chosen.map(({ text }) => text) }
  const plan = await givenPlan({ ...inputs, settings: { ...settings, added } }, generation, lanes)
  // They are no user's: lane race does what it does for others.
  return { ...plan, own: false, notes: [...notes, ...plan.notes], chosen: [...chosen] }
}

const givenPlan = async (inputs: Inputs, generation: Generation, lanes: readonly LaneName[]): Promise<HoldPlan> => {
  const { settings, series } = inputs
  const { amplify, added } = settings
  if (added.schedule !== null) return schedulePlan(inputs, added.schedule, generation, lanes)
  const { holds: chosen, own } = chooseHolds({ amplify, given: added.holds, series }, generation, lanes)
  const sweeps = chosen.filter(isSweep)
  checkSweeps(sweeps, inputs.live)
  const holds = chosen.filter(isAtPoint)
  const unarmed = notesOnLanes(added.holds, chosen)
  if (holds.length === 0) return { ...NO_HOLDS, sweeps, notes: unarmed }
  const code = await codeAt(inputs, inputs.kernel.dir)
  const lineIn = await linesIn(inputs, holds)
  const resolve = () => resolveHolds(holds, code, lineIn)
  const isBuiltIn = own && added.holds.length === 0 && series.hold.length === 0
  const points = isBuiltIn ? await resolveOwn(resolve) : await resolve()
  requireTogether(points)
  const plan = await withEvictions(points, code, generation)
  return { ...plan, own, sweeps, notes: [...plan.notes, ...unarmed] }
}

// A kernel is booted many times with the same points.
const known = new WeakMap<Kernel, Map<string, Promise<HoldPlan>>>()

/** The hold points of one boot, found in its kernel; a UsageError for one that it does not have. */
export const holdsFor = (inputs: Inputs, generation: Generation, lanes: readonly Lane[]): Promise<HoldPlan> => {
  const { kernel, settings, series } = inputs
  const { amplify, added } = settings
  const names = lanes.map(({ name }) => name)
  const plans = known.get(kernel) ?? new Map<string, Promise<HoldPlan>>()
  known.set(kernel, plans)
  const key = JSON.stringify([amplify, added.search, added.holds, added.schedule, series.hold, names, generation.hold])
  const plan = plans.get(key) ?? (amplify && added.search ? searchPlan(inputs) : givenPlan(inputs, generation, names))
  plans.set(key, plan)
  return plan
}
