// SPDX-License-Identifier: MIT
import { LLVM_PACKAGES } from '../kernel/toolchain.ts'
import type { CheckedNeed } from './checks.ts'
import type { HostReport } from './inspect.ts'
import { installCommand, type Need } from './needs.ts'

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

const needLine = ({ need, present }: CheckedNeed): string =>
  `${present ? 'ok     ' : 'MISSING'}  ${need.probe.name.padEnd(26)} ${need.why}`

const llvmLine = (missing: readonly string[]): string =>
  missing.length === 0
    ? 'info     --llvm: clang and lld are installed'
    : `info     --llvm: needs ${missing.join(', ')}: apt-get install ${LLVM_PACKAGES.join(' ')}`

const sandboxLine = (sandbox: HostReport['sandbox']): string =>
  sandbox === 'none'
    ? 'info     builds run without a sandbox: apt-get install bubblewrap'
    : `info     builds run in a sandbox of ${sandbox}: no network, nothing else writable`

const sizeLine = ({ cpus, memoryMiB, why }: HostReport['size']): string =>
  `info     runs use ${cpus} CPUs (${why.cpus}), ${gib(memoryMiB * 2 ** 20)} of memory (${why.memory})`

/** The needs that this host does not meet. */
export const missingNeeds = ({ needs }: Pick<HostReport, 'needs'>): readonly Need[] =>
  needs.filter(({ present }) => !present).map(({ need }) => need)

/** What `doctor` prints, line by line. */
export const hostLines = (report: HostReport): readonly string[] => {
  const missing = missingNeeds(report)
  return [
    ...report.needs.map(needLine),
    ...report.accelerators.map(({ arch, accelerator }) => `info     ${arch} boots under ${accelerator}`),
    llvmLine(report.missingLlvm),
    sandboxLine(report.sandbox),
    sizeLine(report.size),
    `info     cache ${report.cache.dir}, ${gib(report.cache.freeBytes)} free`,
    ...(missing.length === 0 ? [] : ['', 'to install what is missing, run as root:', `  ${installCommand(missing)}`]),
  ]
}
