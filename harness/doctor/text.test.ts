// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { findArch } from '../inputs/arch/index.ts'
import type { HostReport } from './inspect.ts'
import { needsFor } from './needs.ts'
import { hostLines, missingNeeds } from './text.ts'

const reportOf = (missing: readonly string[], part: Partial<HostReport> = {}): HostReport => ({
  needs: needsFor([findArch('arm64')], 'x64').map((need) => ({ need, present: !missing.includes(need.probe.name) })),
  accelerators: [{ arch: 'arm64', accelerator: 'tcg' }],
  missingLlvm: [],
  sandbox: 'unshare',
  size: { cpus: 2, memoryMiB: 4096, why: { cpus: 'SLURM_CPUS_PER_TASK', memory: 'all of the host' } },
  cache: { dir: '/c', freeBytes: 1.5 * 2 ** 30 },
  ...part,
})

test('a host that has all', () => {
  const lines = hostLines(reportOf([]))
  expect(lines.filter((line) => line.startsWith('ok '))).toHaveLength(reportOf([]).needs.length)
  expect(lines.slice(-5)).toEqual([
    'info     arm64 boots under tcg',
    'info     --llvm: clang and lld are installed',
    'info     builds run in a sandbox of unshare: no network, nothing else writable',
    'info     runs use 2 CPUs (SLURM_CPUS_PER_TASK), 4.0 GiB of memory (all of the host)',
    'info     cache /c, 1.5 GiB free',
  ])
})

test('builds without a sandbox are no reason to fail', () => {
  const report = reportOf([], { sandbox: 'none' })
  expect(hostLines(report)).toContain('info     builds run without a sandbox: apt-get install bubblewrap')
  expect(missingNeeds(report)).toEqual([])
})

test('what is missing is named with its use and one command for all', () => {
  const report = reportOf(['flex', 'qemu-system-aarch64', 'libc.a'])
  const lines = hostLines(report)
  expect(lines).toContain('MISSING  flex                       builds the Kconfig parser')
  expect(lines.slice(-3)).toEqual([
    '',
    'to install what is missing, run as root:',
    '  apt-get install -y --no-install-recommends flex gcc-aarch64-linux-gnu libc6-dev libc6-dev-arm64-cross qemu-system-arm',
  ])
  // libc.a twice: for the kernel's host tools and for the guest.
  expect(missingNeeds(report)).toHaveLength(4)
})

test('what --llvm lacks is no reason to fail', () => {
  const report = reportOf([], { missingLlvm: ['clang', 'ld.lld'] })
  expect(hostLines(report)).toContain('info     --llvm: needs clang, ld.lld: apt-get install clang lld llvm')
  expect(missingNeeds(report)).toEqual([])
})
