// SPDX-License-Identifier: MIT
import type { LaneName, ObjectSize } from '../model/results.ts'

interface Kernel {
  /** The options that are on. */
  readonly live: ReadonlySet<string>
  /** The lanes that it can run, of those asked for. */
  readonly lanes: readonly unknown[]
  readonly asked: readonly LaneName[]
  /** The objects of the files that the series touches, as far as the sources have them. */
  readonly objects: readonly ObjectSize[]
}

const USERS = ['CONFIG_ZRAM', 'CONFIG_ZSWAP']

// zsmalloc is compiled for its users only; who takes out the last one must read that here.
const remedy = (live: ReadonlySet<string>): string => {
  const off = USERS.filter((name) => !live.has(name))
  const are = `${off.join(' and ')} ${off.length > 1 ? 'are' : 'is'}`
  if (live.has('CONFIG_ZSMALLOC')) return off.length === USERS.length ? `: ${are} off` : ''
  return `: CONFIG_ZSMALLOC is off${off.length > 0 ? `, as ${are}` : ''}`
}

/** Why no boot of this kernel could show anything of the code under test; undefined when one can. */
export const whyIdle = ({ live, lanes, asked, objects }: Kernel): string | undefined => {
  if (objects.length > 0 && objects.every(({ textBytes }) => textBytes === null))
    return `${objects.map(({ file }) => file).join(', ')} was not built${remedy(live)}`
  if (lanes.length > 0) return undefined
  const which = asked.length > 0 ? `none of the lanes asked for (${asked.join(', ')})` : 'no lane'
  return `${which} can run on this config${remedy(live)}`
}
