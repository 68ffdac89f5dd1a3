// SPDX-License-Identifier: MIT
import { legsOf } from '../inputs/series/legs.ts'
import { describeSettled, settle } from '../inputs/series/settle.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { sourceDir } from '../kernel/layout.ts'
import { takeMachine } from '../lib/locks/slots.ts'
import type { Context } from '../model/events.ts'
import { changedBetween, type ExploreInputs, exploreLeg, type OpenLeg, openLeg } from './leg.ts'
import type { ExploreRequest } from './request.ts'
import type { ExploreResult, LegResult } from './result.ts'
import { judge, limitsOf } from './verdict.ts'

type Session = Omit<Context, 'scope'>

/** Uses the tree, and the patches of both legs as they are read on it. */
export const withInputs = async <T>(
  request: ExploreRequest,
  session: Session,
  use: (inputs: ExploreInputs) => Promise<T>,
): Promise<T> => {
  const { cache, tree: spec, series, extraPatches } = request
  const { signal, emit } = session
  await using tree = await obtainTree(spec, { cache, context: { ...session, scope: spec.text } })
  const settled = await settle(tree.meta, series, { cache, signal })
  const text = describeSettled(settled, spec.text)
  if (text !== undefined) emit({ type: 'note', scope: '', level: 'warning', text })
  return await use({ tree, series: settled.series, legs: legsOf(settled, extraPatches) })
}

const pairOf = (open: readonly OpenLeg[]) => {
  const find = (name: OpenLeg['leg']): OpenLeg | undefined => open.find(({ leg }) => leg === name)
  const [before, after] = [find('before'), find('after')]
  return {
    changed: changedBetween(before?.source.patchedFiles ?? {}, after?.source.patchedFiles ?? {}),
    beforeSrc: before?.objects && sourceDir(before.objects.dir),
  }
}

/** Uses the objects of all legs: the legs differ only in the patch, so the second one starts from the first one's. */
const withLegs = async <T>(
  request: ExploreRequest,
  inputs: ExploreInputs,
  session: Session,
  use: (open: readonly OpenLeg[]) => Promise<T>,
  open: readonly OpenLeg[] = [],
): Promise<T> => {
  const next = request.legs[open.length]
  if (next === undefined) return use(open)
  await using leg = await openLeg(request, inputs, next, { ...session, scope: next })
  return await withLegs(request, inputs, session, use, [...open, leg])
}

const exploreLegs = (request: ExploreRequest, inputs: ExploreInputs, session: Session): Promise<readonly LegResult[]> =>
  withLegs(request, inputs, session, async (open) => {
    const found: LegResult[] = []
    for (const one of open) {
      const context = { ...session, scope: one.leg }
      const leg = await exploreLeg(request, inputs, one, pairOf(open), context)
      found.push(leg)
      session.emit({ type: 'cell', scope: one.leg, verdict: leg.status, text: leg.reason })
    }
    return found
  })

/** Explores each leg of a tree that is there, and judges them together. */
export const exploreInputs = async (
  request: ExploreRequest,
  inputs: ExploreInputs,
  session: Session,
): Promise<ExploreResult> => {
  const started = performance.now()
  const startedAt = new Date().toISOString()
  const { tree, series, config, toolchain, search, jobs, processes = jobs, id, command } = request
  const legs = await exploreLegs(request, inputs, session)
  const { memory, points, bound = null, budgetMs, generate, seed } = search
  return {
    schemaVersion: 1,
    id,
    startedAt,
    durationMs: Math.round(performance.now() - started),
    command: [...command],
    arch: 'x86_64',
    tree: tree.text,
    version: inputs.tree.meta.version,
    series: series.name,
    config,
    compiler: toolchain.version,
    search: { memory, points, bound, budgetMs, generate, seed, processes },
    ...mutable(judge(legs)),
    limits: [...limitsOf(memory)],
    legs: [...legs],
  }
}

/** Fetches the tree, and explores while nothing else builds or boots. */
export const explore = (request: ExploreRequest, session: Session): Promise<ExploreResult> => {
  const { legs } = request
  session.emit({ type: 'plan', cells: [...legs] })
  const onWait = (): void =>
    session.emit({ type: 'note', scope: '', level: 'info', text: 'waiting: another run is building or booting' })
  return withInputs(request, session, async (inputs) => {
    await using _machine = await takeMachine({ signal: session.signal, onWait })
    return await exploreInputs(request, inputs, session)
  })
}

const mutable = ({ reasons, ...rest }: ReturnType<typeof judge>) => ({ ...rest, reasons: [...reasons] })
