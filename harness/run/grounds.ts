// SPDX-License-Identifier: MIT

import type { Series } from '../inputs/series/model.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { type LegInputs, legsOf, seriesOf } from './legs.ts'
import type { RunSettings } from './options.ts'
import type { PairPlace } from './plan/pairs.ts'

/** A tree and a series that fit together. */
export interface Ground extends LegInputs {
  readonly treeMs: number
}

type Spot = Pick<PairPlace, 'tree' | 'series'>

/** What every kernel of a run stands on; the trees are held until disposed. */
export interface Grounds extends AsyncDisposable {
  /** Every series that could be read. */
  readonly series: readonly Series[]
  /** Throws what made it impossible. */
  readonly of: (spot: Spot) => Ground
}

type Outcome<T> = { readonly value: T } | { readonly error: unknown }

const unwrap = <T>(outcome: Outcome<T>): T => {
  if ('error' in outcome) throw outcome.error
  return outcome.value
}

interface Found {
  readonly tree: TreeEntry
  readonly treeMs: number
}

const fetchTree = async (spec: string, settings: RunSettings, context: Omit<Context, 'scope'>): Promise<Found> => {
  const started = performance.now()
  const tree = await obtainTree(parseTreeSpec(spec), { cache: settings.cache, context: { ...context, scope: spec } })
  return { tree, treeMs: performance.now() - started }
}

const nameOf = ({ tree, series }: Spot): string => `${tree}\n${series}`

/**
 * Fetches every tree and reads every series. What fails is thrown at once or, when `tolerant`, for the cells that need
 * it alone.
 */
export const prepareGrounds = async (
  spots: readonly Spot[],
  settings: RunSettings,
  context: Omit<Context, 'scope'>,
  tolerant: boolean,
): Promise<Grounds> => {
  const attempt = async <T>(work: () => Promise<T>): Promise<Outcome<T>> => {
    try {
      return { value: await work() }
    } catch (error) {
      if (!tolerant || error instanceof InterruptedError || context.signal.aborted) throw error
      return { error }
    }
  }
  const trees = new Map<string, Outcome<Found>>()
  const grounds = new Map<string, Outcome<Ground>>()
  const known = new Map<string, Series>()
  const prepare = async (spot: Spot): Promise<void> => {
    // A series that cannot be read is told before a tree is fetched for it.
    const series = await attempt(() => seriesOf(spot.series, settings))
    if ('value' in series) known.set(spot.series, series.value)
    const tree = trees.get(spot.tree) ?? (await attempt(() => fetchTree(spot.tree, settings, context)))
    trees.set(spot.tree, tree)
    const ground = await attempt(async () => {
      const [patched, found] = [unwrap(series), unwrap(tree)]
      const legs = await legsOf(patched, found.tree.meta.version, settings)
      return { series: patched, legs, tree: found.tree, options: settings, treeMs: found.treeMs }
    })
    grounds.set(nameOf(spot), ground)
  }
  const release = async (): Promise<void> => {
    for (const tree of trees.values()) if ('value' in tree) await tree.value.tree[Symbol.asyncDispose]()
  }
  try {
    for (const spot of spots) if (!grounds.has(nameOf(spot))) await prepare(spot)
  } catch (error) {
    await release()
    throw error
  }
  return {
    series: [...known.values()],
    of: (spot) => unwrap(grounds.get(nameOf(spot))!),
    [Symbol.asyncDispose]: release,
  }
}
