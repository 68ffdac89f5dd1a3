// SPDX-License-Identifier: MIT
import { findArch, hostArch } from '../../inputs/arch/index.ts'
import { UsageError } from '../../model/errors.ts'
import type { ArchName } from '../../model/results.ts'

/** The architecture whose objects run in user space. */
export const NATIVE = 'x86_64'

/** Throws for an architecture whose objects do not run in user space of this host. */
export const requireNative = (arch: string | undefined, host: string = hostArch().name): void => {
  const asked = arch === undefined || arch === 'all' ? NATIVE : findArch(arch).name
  if (asked !== NATIVE)
    throw new UsageError(
      `cannot explore ${asked}: its objects do not run in user space of ${NATIVE}`,
      `explore ${NATIVE}; zsharness run --arch ${asked} boots the kernel`,
    )
  if (host !== NATIVE)
    throw new UsageError(`cannot explore on a host of ${host}: the objects run on ${NATIVE}`, `use a host of ${NATIVE}`)
}

/** Whether these architectures, on this host, have objects that can be explored. */
export const canExplore = (archs: readonly ArchName[], host: string = hostArch().name): boolean =>
  host === NATIVE && archs.includes(NATIVE)
