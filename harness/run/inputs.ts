// SPDX-License-Identifier: MIT
import { legsOf } from '../inputs/series/legs.ts'
import { describeSettled, type Settled, settle } from '../inputs/series/settle.ts'
import type { TreeEntry } from '../inputs/tree/model.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { inPhase, type SpentOn } from '../lib/phase.ts'
import { InterruptedError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import type { Store } from '../store/model.ts'
import type { LegInputs } from './kernels.ts'
import type { PairPlace } from './plan/pairs.ts'
import { type Lookup, type RunRequest, unwrap } from './request.ts'

type TreeAndSeries = Pick<PairPlace, 'tree' | 'series'>

/** The inputs of a pair: a tree and a series that applies to it. */
export interface PairInputs extends LegInputs {
  readonly place: TreeAndSeries
  readonly treeMs: number
  /** How the series is read on the tree. */
  readonly settled: Settled
}

/** The trees and series of a run; the trees are held until disposed. */
export interface RunInputs extends AsyncDisposable {
  /** The inputs of every tree and series that could be had. */
  readonly all: readonly PairInputs[]
  /** What was found out about them, one sentence each. */
  readonly notes: readonly string[]
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
export type RunContext = Omit<Context, 'scope' | 'spent'> & {
  readonly spentOn: SpentOn
  /** The store of the run, if it has one. */
  readonly store?: Store | undefined
}

const fetchTree = async (
  name: string,
  { resolved, settings, onTree }: RunRequest,
  { emit, signal, spentOn, store }: RunContext,
): Promise<Fetched> => {
  const started = performance.now()
  const spec = resolved.trees.get(name)!
  const tree = await obtainTree(spec, {
    cache: settings.cache,
    store,
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
  readonly notes: string[] = []

  constructor(request: RunRequest, context: RunContext) {
    this.#request = request
    this.#context = context
  }

  get all(): readonly PairInputs[] {
    return [...this.#pairs.values()].flatMap((one) => ('value' in one ? [one.value] : []))
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
    this.#pairs.set(keyOf(place), await this.#tolerate(() => this.#inputsOf(place)))
  }

  async #inputsOf({ tree: name, series: seriesName }: TreeAndSeries): Promise<PairInputs> {
    const { resolved, settings } = this.#request
    // A series that cannot be read is reported before a tree is fetched for it.
    const series = unwrap(resolved.series.get(seriesName)!)
    const { tree, treeMs } = unwrap(await this.#tree(name))
    const { signal, spentOn } = this.#context
    const settled = await inPhase({ spent: spentOn(name) }, 'settle', () =>
      settle(tree.meta, series, { cache: settings.cache, signal }),
    )
    this.#note(describeSettled(settled, name))
    const place = { tree: name, series: seriesName }
    const legs = legsOf(settled, resolved.extraPatches)
    const { kconfig } = settings.added
    return { place, series: settled.series, legs, tree, treeMs, settled, kconfig }
  }

  #note(text: string | undefined): void {
    if (text === undefined) return
    this.notes.push(text)
    this.#context.emit({ type: 'note', scope: '', level: 'warning', text })
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
