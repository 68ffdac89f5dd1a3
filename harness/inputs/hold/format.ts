// SPDX-License-Identifier: MIT
import { errnoName } from './errno.ts'
import type { Hold, Sweep, Whom } from './model.ts'
import { formatPoint } from './point.ts'

/** As it follows a point; nothing for any task. */
export const formatWhom = (whom: Whom): string => {
  switch (whom.kind) {
    case 'any':
      return ''
    case 'kworkers':
    case 'tasks':
      return ` in ${whom.kind}`
    case 'task':
      return ` in task ${whom.name}`
    case 'cpu':
      return ` in cpu ${whom.n}`
    case 'from':
      return ` in calls from ${whom.symbol}`
    default:
      return whom satisfies never
  }
}

const timeText = (us: number): string => (us % 1000 === 0 ? `${us / 1000}ms` : `${us}us`)

const valueText = (value: bigint): string => {
  const name = value < 0n && value > -4096n ? errnoName(Number(-value)) : undefined
  return name === undefined ? `${value}` : `-${name}`
}

const sweepText = ({ from, to, whom }: Sweep): string =>
  `allocation ${from}${to === from ? '' : ` to ${to}`} fails${formatWhom(whom)}`

/** The one way to write this hold: equal holds have equal texts. */
export const formatHold = (hold: Hold): string => {
  const lanes = hold.lanes.length === 0 ? '' : ` during ${hold.lanes.join(',')}`
  if (hold.kind === 'sweep') return `${sweepText(hold)}${lanes}`
  const point = formatPoint(hold.point, 'held')
  const whom = formatWhom(hold.whom)
  if (hold.kind === 'override')
    return `${point} returns ${valueText(hold.value)} for ${hold.calls} ${hold.calls === 1 ? 'call' : 'calls'}${whom}${lanes}`
  const until = hold.until === null ? '' : ` until ${formatPoint(hold.until, 'until')}`
  return `${point}${whom}${until} for ${timeText(hold.us)}${lanes}`
}
