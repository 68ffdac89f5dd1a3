// SPDX-License-Identifier: MIT
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { keyOfMade, type Made } from '../../bundle/made.ts'
import { identityOf } from '../../inputs/tree/tree.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { ownCode } from '../../lib/owncode.ts'
import { inPhase } from '../../lib/phase.ts'
import { InterruptedError } from '../../model/errors.ts'
import type { LegName } from '../../model/results.ts'
import type { Store } from '../../store/model.ts'
import { type LegToBundle, makeBundle } from '../bundled/make.ts'
import type { CellPlan } from '../plan/pairs.ts'
import { bootAdditions } from '../settings.ts'
import { type BuiltLeg, contextOf, type PairState, type RunState } from '../state.ts'
import { factsOf, fitsStore, legsIn } from './facts.ts'

type Built = ReadonlyMap<LegName, BuiltLeg>

/** All legs of a pair, once every one is built here. */
const builtHere = ({ plan, legs }: PairState): Built | undefined => {
  const built = legsIn(plan).flatMap((leg) => {
    const one = legs.get(leg)
    return one && 'kernel' in one && one.bundle === undefined ? [[leg, one] as const] : []
  })
  return built.length === legsIn(plan).length ? new Map(built) : undefined
}

/** How the store's bundle of a leg is booted by itself: as by default, whatever this run was asked for. */
const legToBundle = ({ request, inputs }: RunState, cell: CellPlan, built: Built): Omit<LegToBundle, 'made'> => {
  const own = inputs.of(cell)
  const { settings: asked, resolved } = request
  const settings = { ...asked, seed: '1', durationS: null, added: bootAdditions(asked, own.series) }
  const toolchain = resolved.toolchains.get(cell.arch)!
  return {
    plan: cell,
    inputs: own,
    kernel: built.get(cell.leg)!.kernel,
    before: cell.leg === 'after' ? (built.get('before')?.kernel ?? null) : null,
    toolchain,
    settings,
    programs: resolved.programs?.get(cell.arch) ?? [],
    request: {
      ...{ seed: '1', durationS: null, amplify: settings.amplify, canary: settings.canary, added: settings.added },
      ...{ seriesPath: null, patchFiles: [], extraPatchFiles: [], llvm: toolchain.llvm, derives: false },
    },
  }
}

const putLeg = async (state: RunState, store: Store, cell: CellPlan, built: Built, made: Made): Promise<void> => {
  const key = keyOfMade(made)
  if (!(await store.lacks('bundle', key))) return
  const context = contextOf(state, cell.id)
  await inPhase(context, 'bundle', () =>
    inTempDir('stored', async (dir) => {
      const { bytes } = await makeBundle({ ...legToBundle(state, cell, built), made }, 'whole', context)
      const file = join(dir, 'bundle')
      await writeFile(file, bytes)
      await store.put('bundle', key, file)
    }),
  )
}

/** Gives the kernels of a pair to the store of the run, once all are built. Whatever goes wrong, the run goes on. */
export const putPair = async (state: RunState, pair: PairState): Promise<void> => {
  const { store, request, inputs, signal, emit } = state
  const built = builtHere(pair)
  if (!store || !built || !fitsStore(request)) return
  const { plan } = pair
  try {
    const facts = factsOf(request, plan, identityOf(inputs.of(plan).tree), await ownCode())
    for (const leg of built.keys())
      await putLeg(state, store, plan.cells.find((cell) => cell.leg === leg)!, built, { ...facts, leg })
  } catch (error) {
    if (signal.aborted || error instanceof InterruptedError) throw error
    const text = `its kernels are not in the store: ${(error as Error).message}`
    emit({ type: 'note', scope: plan.id, level: 'warning', text })
  }
}
