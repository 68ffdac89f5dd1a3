// SPDX-License-Identifier: MIT
import { KINDS, type Kind } from './kinds.ts'

/** The kinds of one boot, as the module's parameter has them, and how long a stall lasts. */
export interface Boot {
  readonly kinds: readonly Kind[]
  readonly stallS: number
  readonly timeS: number
}

// Longer than the detectors' limits under TCG, which are in harness/vm/limits.ts.
const STALLS: Readonly<Record<string, number>> = { 'rcu-stall': 30, 'soft-lockup': 45, 'hung-task': 110 }

const isWithout = ({ notOn }: Kind, arch: string, version: string): boolean =>
  notOn === version || notOn === `${version} ${arch}`

/** One boot with all kinds that can share it, and one for each of the others. */
export const bootsFor = (arch: string, version: string): readonly Boot[] => {
  const here = KINDS.filter((kind) => (kind.arch ?? arch) === arch && !isWithout(kind, arch, version))
  const shared = here.filter(({ alone }) => alone === undefined)
  const others = here.filter(({ alone }) => alone !== undefined)
  return [
    { kinds: shared, stallS: 1, timeS: 200 },
    ...others.map((kind) => {
      const stallS = STALLS[kind.name] ?? 1
      return { kinds: [kind], stallS, timeS: stallS + 40 }
    }),
  ]
}
