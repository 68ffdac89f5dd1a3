// SPDX-License-Identifier: MIT

import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import type { Arch } from './arch.ts'
import { arm64 } from './arm64.ts'
import { x86_64 } from './x86_64.ts'

export type { Arch } from './arch.ts'

/** All architectures, in the order of reports. */
export const archs: readonly Arch[] = [x86_64, arm64]

/** The architecture with this name or alias; throws a UsageError when there is none. */
export const findArch = (name: string): Arch => {
  const found = archs.find((arch) => arch.name === name || arch.aliases.includes(name))
  if (found) return found
  const known = archs.map((arch) => arch.name)
  throw new UsageError(
    `unknown architecture '${name}'${didYouMean(name, known)}`,
    `choose one of: ${known.join(', ')}, all`,
  )
}

/** The architecture of this host. */
export const hostArch = (nodeArch: string = process.arch): Arch => findArch(nodeArch)

/** `CROSS_COMPILE` for building `arch` on this host: empty when native. */
export const crossCompile = (arch: Arch, nodeArch: string = process.arch): string =>
  arch.aliases.includes(nodeArch) || arch.name === nodeArch ? '' : arch.crossPrefix
