// SPDX-License-Identifier: MIT

import { hasProgram } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import type { Context } from '../../model/events.ts'
import type { Finding } from '../../model/results.ts'
import { newWarnings } from '../../verdict/warnings.ts'
import type { Check, CheckedLeg } from './check.ts'
import { checkpatch } from './checkpatch.ts'
import { sparse } from './sparse.ts'
import { w1 } from './w1.ts'

export type { CheckedLeg } from './check.ts'

/** Every optional check. */
export const checks: readonly Check[] = [w1, sparse, checkpatch]

/** Throws a HostError that names the first program which these checks need and this host lacks. */
export const requireChecks = async (names: readonly string[]): Promise<void> => {
  for (const { name, needs } of checks) {
    if (!names.includes(name) || needs === null || (await hasProgram(needs.program))) continue
    throw new HostError(`--checks ${name} needs ${needs.program}`, `run: apt-get install ${needs.package}`)
  }
}

/** What the asked checks say of the after leg and not of the before leg, in files that the series touches. */
export const checkFindings = async (
  names: readonly string[],
  before: CheckedLeg,
  after: CheckedLeg,
  touched: readonly string[],
  context: Context,
): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  for (const { name, diagnose } of checks) {
    if (!names.includes(name)) continue
    const [old, fresh] = [await diagnose(before, context), await diagnose(after, context)]
    found.push(...newWarnings(old, fresh, touched, name))
  }
  return found
}
