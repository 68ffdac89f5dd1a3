// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import type { Packed } from '../../bundle/pack.ts'
import { stateOn } from '../../inputs/series/legs.ts'
import { obtainSource } from '../../inputs/series/source.ts'
import { parseVersion } from '../../inputs/tree/version.ts'
import { isBuilt } from '../../kernel/layout.ts'
import type { Kernel } from '../../kernel/model.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { UsageError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import type { CellResult, LegName } from '../../model/results.ts'
import { type PairInputs, prepareInputs } from '../inputs.ts'
import { kernelKey, kernelOf } from '../kernels.ts'
import type { CellPlan } from '../plan/pairs.ts'
import type { RunRequest } from '../request.ts'
import type { Evidence } from './evidence.ts'
import { makeBundle, type Part } from './make.ts'

const gone = ({ id, kernel }: CellResult): UsageError =>
  new UsageError(
    `${id}: its kernel ${kernel.key || '(none was built)'} is not in the cache any more`,
    'build it again with zsharness replay or run, and bundle that cell',
  )

/** Throws unless the kernel of this cell is in the cache. */
export const requireBuilt = async (cell: CellResult, cache: string): Promise<void> => {
  if (cell.kernel.key === '' || !(await isBuilt(cache, cell.kernel.key))) throw gone(cell)
}

/** What a bundle of a cell has, besides the kernel and what boots it. */
export interface Extent {
  readonly part: Part
  readonly evidence: Evidence
}

interface Work {
  readonly request: RunRequest
  readonly inputs: PairInputs
  readonly plan: CellPlan
  readonly context: Context
}

const keyFor = async ({ request, inputs, plan, context }: Work, leg: LegName): Promise<string> => {
  const { series, legs, tree, kconfig } = inputs
  const state = stateOn(series, tree.meta.version)
  await using source = await obtainSource(tree, legs[leg], { cache: request.settings.cache, context, state })
  const toolchain = request.resolved.toolchains.get(plan.arch)!
  const { version } = tree.meta
  if (parseVersion(version) === undefined) throw new UsageError(`${version} is no kernel version`)
  return kernelKey(plan, series, { version, listing: source.meta.listing }, toolchain, kconfig)
}

/** The kernel of a leg, if it is in the cache. */
const cachedKernel = async (work: Work, leg: LegName, logFile: string): Promise<Kernel | null> => {
  const { request, inputs, plan, context } = work
  const { cache, jobs } = request.settings
  if (!(await isBuilt(cache, await keyFor(work, leg)))) return null
  const toolchain = request.resolved.toolchains.get(plan.arch)!
  return kernelOf(inputs, { ...plan, leg }, toolchain, { cache, jobs, logFile }, context)
}

const bundleIn = async (work: Work, cell: CellResult, { part, evidence }: Extent, scratch: string): Promise<Packed> => {
  const { request, inputs, plan, context } = work
  const key = await keyFor(work, plan.leg)
  if (key !== cell.kernel.key)
    throw new UsageError(
      `${cell.id}: its kernel was ${cell.kernel.key}, and its sources and compiler make ${key} now`,
      'build it again with zsharness replay or run, and bundle that cell',
    )
  const kernel = await cachedKernel(work, plan.leg, join(scratch, 'own.log'))
  if (kernel === null) throw gone(cell)
  await using own = kernel
  const before = plan.leg === 'after' ? await cachedKernel(work, 'before', join(scratch, 'before.log')) : null
  try {
    const { settings, resolved } = request
    const toolchain = resolved.toolchains.get(plan.arch)!
    const programs = resolved.programs?.get(plan.arch) ?? []
    const leg = { plan, inputs, kernel: own, before, toolchain, settings, programs, request: cell.request!, evidence }
    return await makeBundle(leg, part, context)
  } finally {
    await before?.[Symbol.asyncDispose]()
  }
}

/** Makes the bundle of a cell, whose request is that of its replay. Nothing is built. */
export const bundleOfCell = async (
  request: RunRequest,
  cell: CellResult,
  extent: Extent,
  context: Context,
): Promise<Packed> => {
  await requireBuilt(cell, request.settings.cache)
  const { emit, signal } = context
  await using inputs = await prepareInputs(request, { emit, signal, spentOn: () => () => undefined })
  const plan = request.pairs[0]!.cells[0]!
  const work = { request, inputs: inputs.of(plan), plan, context }
  return await inTempDir('bundle', (scratch) => bundleIn(work, cell, extent, scratch))
}
