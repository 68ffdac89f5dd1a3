// SPDX-License-Identifier: MIT
import type { Context } from '../../model/events.ts'
import { openWorkTree } from '../git/worktree.ts'
import type { StartRecord } from '../journal/records.ts'
import type { ResolvedPlan } from '../request.ts'
import type { Sources } from '../sources.ts'
import type { Tester } from '../tester.ts'
import { kernelTester } from './kernel.ts'
import { scriptTester } from './script.ts'

/** The tester of a bisection on this machine. `hostCodes` are exit codes of a script that blame the host. */
export const localTester = async (
  { seed, symptom, ends }: StartRecord,
  sources: Sources,
  plan: ResolvedPlan,
  context: Context,
  hostCodes: readonly number[] = [],
): Promise<Tester> => {
  if (plan.by === 'script') return scriptTester(sources, await openWorkTree(sources.repo), { ...plan, seed, hostCodes })
  return kernelTester(sources, { ...plan, base: ends.good[0]!, warnings: symptom?.kind === 'warning' }, context)
}
