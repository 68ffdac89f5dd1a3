// SPDX-License-Identifier: MIT
import type { LaneName, ObjectSize } from '../model/results.ts'

interface Kernel {
  /** The options that are set. */
  readonly live: ReadonlySet<string>
  /** The requested lanes that it can run. */
  readonly lanes: readonly unknown[]
  readonly asked: readonly LaneName[]
  /** The objects of the files that the series touches and the sources have. */
  readonly objects: readonly ObjectSize[]
}

const USERS = ['CONFIG_ZRAM', 'CONFIG_ZSWAP']

// zsmalloc is only built when a user selects it; say so to whoever disabled the last one.
const remedy = (live: ReadonlySet<string>): string => {
  const off = USERS.filter((name) => !live.has(name))
  const are = `${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'}`
  if (live.has('CONFIG_ZSMALLOC')) return off.length === USERS.length ? `: ${are} off` : ''
  return `: CONFIG_ZSMALLOC is off${off.length > 0 ? `, as ${are}` : ''}`
}

/** Why no boot of this kernel exercises the code under test; undefined when one can. */
export const whyIdle = ({ live, lanes, asked, objects }: Kernel): string | undefined => {
  if (objects.length > 0 && objects.every(({ textBytes }) => textBytes === null))
    return `${objects.map(({ file }) => file).join(', ')} was not built${remedy(live)}`
  if (lanes.length > 0) return undefined
  const which = asked.length > 0 ? `none of the requested lanes (${asked.join(', ')})` : 'no lane'
  return `${which} can run on this config${remedy(live)}`
}
