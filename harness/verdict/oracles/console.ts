// SPDX-License-Identifier: MIT
import { matchesSignature, type Splat } from '../../splat/index.ts'
import { findingOf, type Oracle } from '../observation.ts'

const where = (splat: Splat): { file: string | null; line: number | null } => {
  const location = splat.frames.find((frame) => frame.function === splat.function)?.location ?? null
  const match = location === null ? null : /^(.*):(\d+)/.exec(location)
  return match ? { file: match[1]!, line: Number(match[2]) } : { file: null, line: null }
}

const describe = (splat: Splat): string => {
  const stack = splat.frames.filter((frame) => !frame.unreliable).slice(0, 8)
  const at = stack.map((frame) => (frame.location === null ? frame.function : `${frame.function} (${frame.location})`))
  const cause = splat.consequenceOf === null ? '' : `; follows from report ${splat.consequenceOf + 1}`
  return `console line ${splat.line}: ${at.join(' <- ')}${cause}`
}

/** The kernel's own reports on its console. */
export const console: Oracle = {
  name: 'console',
  check: ({ splats, signature }) =>
    splats.map((splat) =>
      findingOf('console', {
        kind: splat.family,
        title: splat.title,
        detail: describe(splat),
        signature: signature.some((wanted) => matchesSignature(splat, wanted)),
        ...where(splat),
      }),
    ),
}
