// SPDX-License-Identifier: MIT
import { ownScenarios } from '../../explore/scenarios.ts'
import { seconds } from '../../lib/text/quantity.ts'
import type { PairPlan } from '../../run/plan/pairs.ts'
import type { ExploreAsked } from '../../run/request.ts'
import { resolveToolchains } from './resolve.ts'

/** The flags of the exploration beside a run, not yet parsed. */
interface ExploredFlags {
  readonly explore?: 'on' | 'off'
  readonly exploreBudget?: string
}

const BUDGET = '20s'

/** Milliseconds of `--explore-budget`; undefined with `--explore off`. */
export const exploreMsFrom = ({ explore, exploreBudget = BUDGET }: ExploredFlags): number | undefined => {
  // A wrong value is wrong with `off` too.
  const ms = seconds('--explore-budget', exploreBudget) * 1000
  return explore === 'off' ? undefined : ms
}

/** What a run explores beside its builds and boots. A host without the compiler finds out when it is needed. */
export const exploreAsked = async (
  budgetMs: number | undefined,
  plan: readonly PairPlan[],
  llvm: boolean,
): Promise<ExploreAsked | undefined> => {
  if (budgetMs === undefined) return undefined
  const toolchain = await resolveToolchains(['x86_64'], llvm).then(
    (all) => ({ value: all.get('x86_64')! }),
    (error: unknown) => ({ error }),
  )
  return { budgetMs, toolchain, scenarios: await ownScenarios(), plan }
}
