// SPDX-License-Identifier: MIT
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { keyOfMade } from '../../bundle/made.ts'
import type { Bundle } from '../../bundle/open.ts'
import { describeSettled } from '../../inputs/series/settle.ts'
import { identifyTree, identityOf } from '../../inputs/tree/tree.ts'
import { ownCode } from '../../lib/owncode.ts'
import { inPhase } from '../../lib/phase.ts'
import { HarnessError, InterruptedError } from '../../model/errors.ts'
import type { LegName } from '../../model/results.ts'
import type { Store } from '../../store/model.ts'
import type { BundledRun } from '../bundled/model.ts'
import type { PairInputs, RunContext, RunInputs } from '../inputs.ts'
import { cachedKernels } from '../plan/cached.ts'
import type { PairPlan } from '../plan/pairs.ts'
import type { RunRequest } from '../request.ts'
import { bootAdditions } from '../settings.ts'
import { factsOf, legsIn } from './facts.ts'
import { fetchBundle } from './fetch.ts'
import { areAlike, inputsIn, whyNotTogether } from './reading.ts'

/** A pair whose kernels the store had. */
interface StoredPair {
  readonly plan: PairPlan
  readonly legs: ReadonlyMap<LegName, Bundle>
  readonly inputs: PairInputs
}

// A bundle takes 50 MB, and a boot some more.
const ROOM_MIB = 512

const hasRoom = async (dir: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(dir)
  return (bavail * bsize) / 2 ** 20 >= ROOM_MIB
}

/** Asks a store for the kernels of a run, before anything is fetched or built for them. */
export class StoredKernels {
  readonly notes: string[] = []
  readonly #request: RunRequest
  readonly #context: RunContext
  readonly #store: Store
  /** The folder that bundles are unpacked into. */
  readonly #scratch: string
  readonly #found = new Map<string, StoredPair>()
  readonly #asked = new Set<string>()
  readonly #identities = new Map<string, Promise<string | undefined>>()
  #isOver = false

  constructor(request: RunRequest, context: RunContext, store: Store, scratch: string) {
    this.#request = request
    this.#context = context
    this.#store = store
    this.#scratch = scratch
  }

  /** The pairs that the store does not have: their trees are needed. */
  get missing(): readonly PairPlan[] {
    return this.#request.pairs.filter(({ id }) => !this.#found.has(id))
  }

  /** Asks for the pairs whose trees are known by a name of their content, unless the cache has their kernels. */
  async askEarly(): Promise<void> {
    for (const pair of await this.#notCached(this.missing, () => undefined)) {
      const identity = await this.#identityOf(pair.tree)
      if (identity !== undefined) await this.#ask(pair, identity)
    }
  }

  /** Asks once more with the trees that are there by now, and forgets what is of another one. */
  async askLate(inputs: RunInputs): Promise<void> {
    for (const { plan, inputs: own } of [...this.#found.values()]) {
      const real = inputs.find(plan)
      if (real && !areAlike(own, real)) this.#forget(plan)
    }
    const rest = this.missing.filter((pair) => inputs.find(pair))
    for (const pair of await this.#notCached(rest, (place) => inputs.find(place)?.settled))
      await this.#ask(pair, identityOf(inputs.find(pair)!.tree))
  }

  /** The inputs of a run whose own are those of the missing pairs. */
  inputsWith(real: RunInputs): RunInputs {
    const known = (place: Pick<PairPlan, 'tree' | 'series'>): PairInputs | undefined =>
      [...this.#found.values()].find(({ plan }) => plan.tree === place.tree && plan.series === place.series)?.inputs
    const find: RunInputs['find'] = (place) => real.find(place) ?? known(place)
    const own = [...new Map([...this.#found.values()].map(({ plan }) => [`${plan.tree}\n${plan.series}`, plan]))]
    const added = own.flatMap(([, plan]) => (real.find(plan) ? [] : [known(plan)!]))
    for (const { settled, place } of added) this.#note('warning', describeSettled(settled, place.tree))
    return {
      all: [...real.all, ...added],
      notes: [...real.notes, ...this.notes],
      find,
      of: (place) => find(place) ?? real.of(place),
      [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
    }
  }

  /** What the run boots instead of kernels that it builds; undefined when the store had none. */
  get bundled(): BundledRun | undefined {
    if (this.#found.size === 0) return undefined
    const { settings, resolved } = this.#request
    const all = [...this.#found.values()].flatMap(({ legs }) => [...legs.values()])
    const pairOf = (place: Parameters<BundledRun['of']>[0]) =>
      [...this.#found.values()].find(({ plan }) =>
        (['tree', 'series', 'arch', 'config', 'profile'] as const).every((name) => plan[name] === place[name]),
      )
    return {
      ...{ all, origin: 'store' },
      of: (place, leg) => {
        const pair = pairOf(place)
        const bundle = pair?.legs.get(leg)
        if (!pair || !bundle) return undefined
        return {
          bundle,
          settings: { ...settings, added: bootAdditions(settings, pair.inputs.series) },
          programs: resolved.programs?.get(place.arch) ?? [],
        }
      },
    }
  }

  /** Says where the kernels are from. */
  report(): void {
    const kernels = [...this.#found.values()].reduce((sum, { legs }) => sum + legs.size, 0)
    if (kernels > 0)
      this.#note(
        'info',
        `${kernels === 1 ? 'one kernel is' : `${kernels} kernels are`} from the store ${this.#store.name}`,
      )
  }

  #note(level: 'info' | 'warning', text: string | undefined): void {
    if (text === undefined || this.notes.includes(text)) return
    this.notes.push(text)
    this.#context.emit({ type: 'note', scope: '', level, text })
  }

  #forget(pair: PairPlan): void {
    this.#found.delete(pair.id)
    this.#note(
      'warning',
      `the store ${this.#store.name}: its kernels of ${pair.id} are of another tree than the one that is here; they are not used`,
    )
  }

  async #notCached(
    pairs: readonly PairPlan[],
    readings: Parameters<typeof cachedKernels>[3],
  ): Promise<readonly PairPlan[]> {
    const { resolved, settings } = this.#request
    const known = pairs.filter(({ series }) => 'value' in resolved.series.get(series)!)
    const cached = await cachedKernels(known, resolved, settings, readings)
    return known.filter((pair) => legsIn(pair).some((leg) => !cached.has(`${pair.id}-${leg}`)))
  }

  #identityOf(tree: string): Promise<string | undefined> {
    const known = this.#identities.get(tree) ?? this.#identify(tree)
    this.#identities.set(tree, known)
    return known
  }

  async #identify(name: string): Promise<string | undefined> {
    const { resolved, settings } = this.#request
    const { emit, signal, spentOn } = this.#context
    const context = { emit, signal, scope: name, spent: spentOn(name) }
    try {
      return await inPhase(context, 'identify', () =>
        identifyTree(resolved.trees.get(name)!, { cache: settings.cache, context }),
      )
    } catch (error) {
      if (signal.aborted || error instanceof InterruptedError || !(error instanceof HarnessError)) throw error
      this.#note(
        'warning',
        `the store is not asked for kernels of ${name}: which sources it names cannot be learnt: ${error.message}`,
      )
      return undefined
    }
  }

  async #ask(pair: PairPlan, tree: string): Promise<void> {
    const facts = factsOf(this.#request, pair, tree, await ownCode())
    const key = keyOfMade({ ...facts, leg: 'before' })
    if (this.#isOver || this.#asked.has(key)) return
    this.#asked.add(key)
    const { spentOn } = this.#context
    await inPhase({ spent: spentOn(pair.id) }, 'store', () => this.#fetch(pair, facts))
  }

  async #fetch(pair: PairPlan, facts: ReturnType<typeof factsOf>): Promise<void> {
    const legs = new Map<LegName, Bundle>()
    for (const leg of legsIn(pair)) {
      const bundle = await this.#bundleOf({ ...facts, leg })
      if (bundle === undefined) return
      legs.set(leg, bundle)
    }
    const why = whyNotTogether(legs)
    const [first] = legs.values()
    const inputs = first && inputsIn(first, pair, this.#request)
    if (inputs && why === undefined) this.#found.set(pair.id, { plan: pair, legs, inputs })
    else
      for (const leg of legs.keys())
        this.#store.refuse('bundle', keyOfMade({ ...facts, leg }), why ?? 'it is of no reading of the series')
  }

  async #bundleOf(made: Parameters<typeof keyOfMade>[0]): Promise<Bundle | undefined> {
    const dir = join(this.#scratch, keyOfMade(made))
    try {
      if (await hasRoom(this.#scratch)) return await fetchBundle(this.#store, made, dir)
      this.#note(
        'warning',
        `the store ${this.#store.name} is not used: less than ${ROOM_MIB} MiB are free in ${this.#scratch}`,
      )
    } catch (error) {
      if (this.#context.signal.aborted || error instanceof InterruptedError) throw error
      this.#note(
        'warning',
        `the store ${this.#store.name} is not used: a kernel cannot be unpacked: ${(error as Error).message}`,
      )
    }
    this.#isOver = true
    return undefined
  }
}
