// SPDX-License-Identifier: MIT
import { resolveLegs } from '../inputs/series/legs.ts'
import type { Series } from '../inputs/series/model.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import type { SpentOn } from '../lib/phase.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import type { LegInputs } from './kernels.ts'
import type { PairPlace } from './plan/pairs.ts'
import { type Lookup, type RunRequest, unwrap } from './request.ts'

/** The inputs of a pair: a tree and a series that applies to it. */
export interface PairInputs extends LegInputs {
  readonly treeMs: number
}

type TreeAndSeries = Pick<PairPlace, 'tree' | 'series'>

/** The trees and series of a run; the trees are held until disposed. */
export interface RunInputs extends AsyncDisposable {
  /** Every series that could be read. */
  readonly series: readonly Series[]
  /** The inputs of a pair; throws the error that prevented them. */
  readonly of: (place: TreeAndSeries) => PairInputs
  /** The same; undefined when an error prevented them. */
  readonly find: (place: TreeAndSeries) => PairInputs | undefined
}

interface Fetched {
  readonly tree: TreeEntry
  readonly treeMs: number
}

/** What the preparation of a run needs. */
export type RunContext = Omit<Context, 'scope' | 'spent'> & { readonly spentOn: SpentOn }

const fetchTree = async (
  name: string,
  { resolved, settings, onTree }: RunRequest,
  { emit, signal, spentOn }: RunContext,
): Promise<Fetched> => {
  const started = performance.now()
  const spec = resolved.trees.get(name)!
  const tree = await obtainTree(spec, {
    cache: settings.cache,
    context: { emit, signal, scope: name, spent: spentOn(name) },
  })
  onTree?.(tree.meta.key)
  return { tree, treeMs: performance.now() - started }
}

const keyOf = ({ tree, series }: TreeAndSeries): string => `${tree}\n${series}`

/** Fetches each tree once; in a tolerant run a failed one affects only the cells that need it. */
class Preparation implements RunInputs {
  readonly #request: RunRequest
  readonly #context: RunContext
  readonly #trees = new Map<string, Lookup<Fetched>>()
  readonly #pairs = new Map<string, Lookup<PairInputs>>()

  constructor(request: RunRequest, context: RunContext) {
    this.#request = request
    this.#context = context
  }

  get series(): readonly Series[] {
    return [...this.#request.resolved.series.values()].flatMap((one) => ('value' in one ? [one.value] : []))
  }

  of(place: TreeAndSeries): PairInputs {
    return unwrap(this.#pairs.get(keyOf(place))!)
  }

  find(place: TreeAndSeries): PairInputs | undefined {
    const found = this.#pairs.get(keyOf(place))
    return found && 'value' in found ? found.value : undefined
  }

  async prepare(place: TreeAndSeries): Promise<void> {
    if (this.#pairs.has(keyOf(place))) return
    const { resolved, settings } = this.#request
    const { series: seriesByName, extraPatches } = resolved
    const { kconfig } = settings.added
    const pair = await this.#tolerate(async () => {
      // A series that cannot be read is reported before a tree is fetched for it.
      const series = unwrap(seriesByName.get(place.series)!)
      const { tree, treeMs } = unwrap(await this.#tree(place.tree))
      return { series, legs: resolveLegs(series, tree.meta.version, extraPatches), tree, treeMs, kconfig }
    })
    this.#pairs.set(keyOf(place), pair)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const one of this.#trees.values()) if ('value' in one) await one.value.tree[Symbol.asyncDispose]()
  }

  async #tree(name: string): Promise<Lookup<Fetched>> {
    const known = this.#trees.get(name)
    if (known) return known
    const fetched = await this.#tolerate(() => fetchTree(name, this.#request, this.#context))
    this.#trees.set(name, fetched)
    return fetched
  }

  async #tolerate<T>(work: () => Promise<T>): Promise<Lookup<T>> {
    try {
      return { value: await work() }
    } catch (error) {
      if (!this.#request.tolerant || error instanceof InterruptedError || this.#context.signal.aborted) throw error
      return { error }
    }
  }
}

/** Fetches the tree of every pair. An error is thrown at once; in a tolerant run it affects only the cells of that tree. */
export const prepareInputs = async (request: RunRequest, context: RunContext): Promise<RunInputs> => {
  const preparation = new Preparation(request, context)
  try {
    for (const pair of request.pairs) await preparation.prepare(pair)
    return preparation
  } catch (error) {
    await preparation[Symbol.asyncDispose]()
    throw error
  }
}
