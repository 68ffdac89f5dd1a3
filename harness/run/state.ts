// SPDX-License-Identifier: MIT
import { dirname } from 'node:path'
import type { Bundle } from '../bundle/open.ts'
import type { Kernel } from '../kernel/model.ts'
import type { TextSizes } from '../kernel/objects.ts'
import { paths } from '../lib/paths.ts'
import type { SpentOn } from '../lib/phase.ts'
import type { Context, Emit } from '../model/events.ts'
import type { LegName } from '../model/results.ts'
import type { Store } from '../store/model.ts'
import type { CellBase } from './builtcell.ts'
import type { RunInProgress } from './inprogress.ts'
import type { RunInputs } from './inputs.ts'
import type { Machines } from './machines.ts'
import type { CellPlan, PairPlan } from './plan/pairs.ts'
import type { RunRequest } from './request.ts'
import { bootAdditions, type RunSettings } from './settings.ts'

/** The kernel of a leg, locked in the cache until its pair is judged. */
export interface BuiltLeg {
  readonly kernel: Kernel
  readonly buildMs: number
  readonly sizes: TextSizes
  /** The bundle that it is from; missing for one that was built here. */
  readonly bundle?: Bundle
}

/** The progress of one pair. */
export interface PairState {
  readonly plan: PairPlan
  readonly legs: Map<LegName, BuiltLeg | { readonly error: unknown }>
  /** All planned boots; with `auto` their number grows. */
  readonly cells: CellPlan[]
  cellsLeft: number
}

/** What all tasks of one run share. */
export interface RunState {
  readonly request: RunRequest
  readonly progress: RunInProgress
  readonly inputs: RunInputs
  readonly machines: Machines
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly spentOn: SpentOn
  /** The store of the run, if it has one. */
  readonly store?: Store | undefined
  readonly pairs: ReadonlyMap<string, PairState>
}

/** The state of each pair at the start. */
export const pairStates = (pairs: readonly PairPlan[]): ReadonlyMap<string, PairState> =>
  new Map(
    pairs.map((plan) => [plan.id, { plan, legs: new Map(), cells: [...plan.cells], cellsLeft: plan.cells.length }]),
  )

/** The context of the work for one cell. */
export const contextOf = ({ emit, signal, spentOn }: RunState, scope: string): Context => ({
  emit,
  signal,
  scope,
  spent: spentOn(scope),
})

/** What the kernel of this cell is made from; null when its tree or series could not be had. */
const sourcesOf = ({ inputs, request }: RunState, plan: CellPlan): CellBase['sources'] => {
  const bundle = request.bundled?.of(plan, plan.leg)?.bundle
  if (bundle) return bundle.build.inputs
  const found = inputs.find(plan)
  if (!found) return null
  const { state, by, basesInTree } = found.settled
  return {
    treeKey: found.tree.meta.key,
    patches: found.legs[plan.leg].map(({ sha256, reverse }) => `${reverse ? '-' : ''}${sha256}`),
    reading: { state, by, basesInTree },
    toolchain: request.resolved.toolchains.get(plan.arch)!.version,
  }
}

const seriesPathOf = ({ request }: RunState, plan: CellPlan): string | null => {
  const { bundled } = request
  const bundle = bundled?.of(plan, plan.leg)?.bundle
  if (bundle && bundled.origin === 'files') return bundle.boot.request.seriesPath
  const found = request.resolved.series.get(plan.series)
  const dir = found && 'value' in found ? found.value.dir : undefined
  return dir === undefined || dirname(dir) === paths.patches ? null : dir
}

/** Only a series that names no signature gets one from the programs of the user. */
const derives = ({ inputs, request }: RunState, plan: CellPlan): boolean =>
  request.settings.added.workloads.length > 0 && inputs.find(plan)?.series.signature.length === 0

const settingsOn = ({ inputs, request: { settings, bundled } }: RunState, plan: CellPlan): RunSettings => {
  // A bundle has those of its series already.
  const own = bundled?.of(plan, plan.leg)
  if (own) return own.settings
  const series = inputs.find(plan)?.series
  return series ? { ...settings, added: bootAdditions(settings, series) } : settings
}

/** What is known about a cell before its build. */
export const baseOf = (state: RunState, plan: CellPlan, treeMs: number): CellBase => ({
  plan,
  settings: settingsOn(state, plan),
  toolchain: state.request.resolved.toolchains.get(plan.arch)!,
  accelerator: state.machines.accelerators[plan.arch]!,
  treeMs,
  seriesPath: seriesPathOf(state, plan),
  sources: sourcesOf(state, plan),
  programs:
    state.request.bundled?.of(plan, plan.leg)?.programs ?? state.request.resolved.programs?.get(plan.arch) ?? [],
  bundle: state.request.bundled?.of(plan, plan.leg)?.bundle ?? null,
  derives: derives(state, plan),
})

/** Releases the kernels of a pair. */
export const release = async ({ legs }: PairState): Promise<void> => {
  const held = [...legs.values()]
  legs.clear()
  for (const leg of held) if ('kernel' in leg) await leg.kernel[Symbol.asyncDispose]()
}
