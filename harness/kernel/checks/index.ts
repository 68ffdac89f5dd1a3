// SPDX-License-Identifier: MIT

import { hasProgram } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import { CHECKS } from '../../model/names.ts'
import type { Diagnostic } from '../output.ts'
import type { Check, CheckedLeg } from './check.ts'
import { checkpatch } from './checkpatch.ts'
import { sparse } from './sparse.ts'
import { w1 } from './w1.ts'

export type { CheckedLeg } from './check.ts'

const BY_NAME: Readonly<Record<(typeof CHECKS)[number], Check>> = { w1, sparse, checkpatch }

/** Every optional check. */
export const checks: readonly Check[] = CHECKS.map((name) => BY_NAME[name])

/** Throws a HostError that names the first program that these checks need and this host lacks. */
export const requireChecks = async (names: readonly string[]): Promise<void> => {
  for (const { name, needs } of checks) {
    if (!names.includes(name) || needs === null || (await hasProgram(needs.program))) continue
    throw new HostError(`--checks ${name} needs ${needs.program}`, `run: apt-get install ${needs.package}`)
  }
}

/** The diagnostics of one check on each leg. */
export interface CheckResult {
  readonly name: string
  readonly before: readonly Diagnostic[]
  readonly after: readonly Diagnostic[]
}

/** Runs the named checks on both legs. */
export const runChecks = async (
  names: readonly string[],
  before: CheckedLeg,
  after: CheckedLeg,
  context: Context,
): Promise<readonly CheckResult[]> => {
  const found: CheckResult[] = []
  for (const { name, diagnose } of checks.filter((check) => names.includes(check.name)))
    found.push({ name, before: await diagnose(before, context), after: await diagnose(after, context) })
  return found
}
