// SPDX-License-Identifier: MIT
import { findArch } from '../inputs/arch/index.ts'
import { hasProgram, sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import type { ArchName } from '../model/results.ts'
import { installCommand, type Need, needsFor, type Probe } from './needs.ts'

const isPresent = async (probe: Probe): Promise<boolean> => {
  switch (probe.kind) {
    case 'program':
      return hasProgram(probe.name)
    case 'header':
      return (await sh`gcc -E -include ${probe.name} -x c /dev/null`).exitCode === 0
    case 'library':
      // gcc prints the bare name of a library that it does not find.
      return (await sh`${probe.cc} -print-file-name=${probe.name}`).stdout.trim().startsWith('/')
  }
}

export interface CheckedNeed {
  readonly need: Need
  readonly present: boolean
}

/** Every need of these architectures, and whether this host meets it. */
export const checkHost = (archs: readonly ArchName[]): Promise<readonly CheckedNeed[]> =>
  Promise.all(needsFor(archs.map(findArch)).map(async (need) => ({ need, present: await isPresent(need.probe) })))

/** Throws a HostError unless this host can boot these architectures; whether it can build for them does not matter. */
export const requireQemu = async (archs: readonly ArchName[]): Promise<void> => {
  for (const { qemu, name } of archs.map(findArch))
    if (!(await hasProgram(qemu.binary)))
      throw new HostError(
        `this host lacks ${qemu.binary} (boots ${name})`,
        `run: apt-get install -y --no-install-recommends ${qemu.package}`,
      )
}

/** Throws a HostError that names everything that is missing and the command that installs it. */
export const requireHost = async (archs: readonly ArchName[]): Promise<void> => {
  const missing = (await checkHost(archs)).filter(({ present }) => !present).map(({ need }) => need)
  if (missing.length === 0) return
  const names = [...new Set(missing.map(({ probe, why }) => `${probe.name} (${why})`))].join(', ')
  throw new HostError(`this host lacks ${names}`, `run: npx zsharness doctor --fix, or: ${installCommand(missing)}`)
}
