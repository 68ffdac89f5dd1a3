// SPDX-License-Identifier: MIT
import type { Finding } from '../../model/results.ts'
import { type ConsoleHealth, plainName, type Splat } from '../../splat/index.ts'
import { findingOf, type Observation, type Oracle } from '../observation.ts'
import { shownBy } from '../shown.ts'
import { splatShows } from '../signature.ts'
import { taintFindings, taintMissing } from './taint.ts'

const where = (splat: Splat): { file: string | null; line: number | null } => {
  const location = splat.frames.find((frame) => plainName(frame.function) === splat.function)?.location ?? null
  const match = location === null ? null : /^(.*):(\d+)/.exec(location)
  return match ? { file: match[1]!, line: Number(match[2]) } : { file: null, line: null }
}

const describe = (splat: Splat): string => {
  const stack = splat.frames.filter((frame) => !frame.unreliable).slice(0, 8)
  const at = stack.map((frame) => (frame.location === null ? frame.function : `${frame.function} (${frame.location})`))
  const cause = splat.consequenceOf === null ? '' : `; follows from report ${splat.consequenceOf + 1}`
  return `console line ${splat.line}: ${at.join(' <- ')}${cause}`
}

const splatFindings = (observation: Observation): readonly Finding[] =>
  observation.splats.map((splat) =>
    findingOf('console', {
      kind: splat.family,
      title: splat.title,
      detail: describe(splat),
      signature: splatShows(splat, observation.signature),
      shown: shownBy(splat, observation),
      bucket: splat.bucket,
      ...where(splat),
    }),
  )

const consoleMissing = ({ lines, banner, dropped }: ConsoleHealth): string | undefined => {
  if (lines === 0) return 'the console stayed empty'
  if (!banner) return "the console does not show the kernel's banner"
  return dropped > 0 ? `${dropped} messages were dropped on the console` : undefined
}

/** The kernel's own reports: those on its console, and those that its taint flags prove. */
export const console: Oracle = {
  name: 'console',
  check: (observation) => [...splatFindings(observation), ...taintFindings(observation)],
  missing: (observation) => consoleMissing(observation.console) ?? taintMissing(observation),
}
