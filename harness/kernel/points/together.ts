// SPDX-License-Identifier: MIT
import { failAt } from '../../inputs/hold/fail.ts'
import type { LaneName } from '../../model/results.ts'
import type { Armed, Points } from './resolve.ts'

/** Room in the guest and its module; one more point there counts evictions. */
const MOST_PROBES = 127
const MOST_ARMED = 64

const meet = (a: readonly LaneName[], b: readonly LaneName[]): boolean =>
  a.length === 0 || b.length === 0 || a.some((lane) => b.includes(lane))

const refuseTwice = (one: Armed, others: readonly Armed[]): void => {
  const other = others.find(({ probe, lanes }) => probe === one.probe && meet(lanes, one.lanes))
  if (other !== undefined)
    failAt(`'${one.text}'`)(
      `'${other.text}' is for the same place and the same tasks, and a point does one thing at a time`,
      "leave one of them out, or give each lanes of its own with 'during', or tasks of its own with 'in'",
    )
}

/** Throws where points that are right each by itself cannot be armed together: one of them would do nothing. */
export const requireTogether = ({ probes, armed }: Points): void => {
  if (armed.length > MOST_ARMED)
    failAt(`'${armed[MOST_ARMED]!.text}'`)(
      `${armed.length} hold points are more than the guest takes`,
      `give at most ${MOST_ARMED}`,
    )
  if (probes.length > MOST_PROBES)
    failAt(`'${armed.at(-1)!.text}'`)(
      `the hold points name ${probes.length} places, more than the guest takes`,
      `name at most ${MOST_PROBES}, each 'until' with them`,
    )
  for (const [index, one] of armed.entries()) refuseTwice(one, armed.slice(0, index))
}
