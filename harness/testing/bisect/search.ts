// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { begin } from '../../bisect/begin.ts'
import { continueBisection, onThisMachine } from '../../bisect/continue.ts'
import type { BisectReport } from '../../bisect/report/model.ts'
import { type BisectFlags, bisectRequest } from '../../commands/actions/bisect.ts'
import { resolvePlan } from '../../commands/shared/cell.ts'
import type { Event } from '../../model/events.ts'

const DEFAULTS: BisectFlags = {
  symptom: 'auto',
  scriptTimeout: '60',
  confidence: '0.99',
  hits: '3',
  maxEndRuns: '100',
  maxRuns: '1000',
  base: true,
  proof: true,
  config: 'zpool-on',
  profile: 'kasan',
  amplify: true,
  series: 'zsmalloc-deferred-handles',
  seed: '1',
}

/** A finished bisection. */
export interface Searched {
  readonly exitCode: number
  readonly events: readonly Event[]
  readonly dir: string
  readonly report: BisectReport
}

/** Runs a whole bisection in this process. */
export const searchHere = async (flags: Partial<BisectFlags> & { readonly results: string }): Promise<Searched> => {
  const events: Event[] = []
  const context = {
    emit: (event: Event) => void events.push(event),
    signal: new AbortController().signal,
    scope: 'test',
  }
  const request = await bisectRequest({ ...DEFAULTS, ...flags }, ['zsharness', 'bisect'])
  const plan = await resolvePlan(request.plan, { seed: request.seed, jobs: availableParallelism() })
  await using journal = await begin(request, plan.by === 'script' ? null : plan.series, context)
  const exitCode = await continueBisection(journal, onThisMachine(plan), context)
  const report = JSON.parse(await readFile(join(journal.dir, 'report.json'), 'utf8')) as BisectReport
  return { exitCode, events, dir: journal.dir, report }
}
