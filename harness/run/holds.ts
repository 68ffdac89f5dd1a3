// SPDX-License-Identifier: MIT
import type { Generation } from '../guest/generation.ts'
import { chooseHolds, type HoldPlan, NO_HOLDS } from '../guest/holds.ts'
import type { Lane } from '../guest/lanes.ts'
import { findArch } from '../inputs/arch/index.ts'
import { parseHold } from '../inputs/hold/parse.ts'
import { objectDir, sourceDir } from '../kernel/layout.ts'
import { type KernelCode, openCode } from '../kernel/points/code.ts'
import { lineMap } from '../kernel/points/linemap.ts'
import { type Points, resolveHolds } from '../kernel/points/resolve.ts'
import { UsageError } from '../model/errors.ts'
import type { BuiltCell } from './cell.ts'

type Inputs = Pick<BuiltCell, 'plan' | 'kernel' | 'series' | 'settings' | 'beforeDir'>

const codeOf = ({ plan, kernel }: Inputs): Promise<KernelCode> =>
  openCode({ arch: findArch(plan.arch), objects: objectDir(kernel.dir) })

/** A point that the harness chose itself may not exist in a patched kernel: that is nobody's mistake. */
const resolveOwn = async (resolve: () => Promise<Points>): Promise<Points> => {
  try {
    return { ...(await resolve()), notes: [] }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { probes: [], armed: [], notes: [`races of frees with writeback in a window: ${error.message}`] }
  }
}

/** Adds the point that counts the evictions and their failures. */
const withEvictions = async (points: Points, code: KernelCode, { evicts }: Generation): Promise<HoldPlan> => {
  const plan = { ...points, results: null, trialMs: null, own: true }
  if (evicts === null || points.probes.length === 0) return plan
  const text = `${evicts}:return for 1us`
  const { probes } = await resolveOwn(() => resolveHolds([parseHold(text, text)], code))
  return probes.length === 0 ? plan : { ...plan, probes: [...points.probes, ...probes], results: points.probes.length }
}

const linesIn = async ({ beforeDir, kernel }: Inputs, holds: Parameters<typeof lineMap>[0]) =>
  beforeDir === null ? undefined : lineMap(holds, sourceDir(beforeDir), sourceDir(kernel.dir))

/** The hold points of one boot, found in its kernel; a UsageError for one that it does not have. */
export const holdsFor = async (inputs: Inputs, generation: Generation, lanes: readonly Lane[]): Promise<HoldPlan> => {
  const { settings, series } = inputs
  const { amplify, added } = settings
  const names = lanes.map(({ name }) => name)
  const { holds, own } = chooseHolds({ amplify, given: added.holds, series }, generation, names)
  if (holds.length === 0) return NO_HOLDS
  const code = await codeOf(inputs)
  const lineIn = await linesIn(inputs, holds)
  const resolve = () => resolveHolds(holds, code, lineIn)
  const isBuiltIn = own && added.holds.length === 0 && series.hold.length === 0
  const points = isBuiltIn ? await resolveOwn(resolve) : await resolve()
  return { ...(await withEvictions(points, code, generation)), own }
}
