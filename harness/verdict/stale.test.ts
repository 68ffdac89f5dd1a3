// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import type { CellResult } from '../model/results.ts'
import { aCell, aFinding } from '../testing/runs.ts'
import { staleFindings } from './stale.ts'

const known = {
  kind: 'warning',
  file: 'mm/zsmalloc.c',
  title: "'f' defined but not used",
  aliases: ["unused function 'f'"],
  configs: ['off'],
  reason: '',
  remedy: '',
}
const series = { name: 'zsmalloc-deferred-handles', knownFindings: [known] }
const off = (part: Partial<CellResult> = {}) => aCell({ config: 'off', ...part })
const before = off({ leg: 'before' })
const warned = (title: string) =>
  off({ findings: [aFinding({ kind: 'warning', oracle: 'warnings', file: known.file, title, known: true })] })
const unbuilt = { kernel: { version: '', key: '', cached: false, compiled: 0, sandbox: null } }

test.each<[string, CellResult[], string[]]>([
  ['shown', [before, warned("'f' defined but not used")], []],
  ['shown in the words of clang', [before, warned("unused function 'f'")], []],
  [
    'not shown',
    [before, off()],
    [expect.stringContaining('"\'f\' defined but not used" was not seen with off (x86_64 kasan on debian:6.1)')],
  ],
  ['another warning', [before, warned("'g' defined but not used")], [expect.stringContaining('is stale')]],
  ['config not run', [aCell({ config: 'on' })], []],
  ['after leg not built', [before, off(unbuilt)], []],
  ['nothing to compare the warnings with', [off()], []],
  ['before leg not built', [{ ...before, ...unbuilt }, off()], []],
  ['of another series', [before, off()].map((cell) => ({ ...cell, series: 'other' })), []],
  [
    'on one architecture only',
    [before, warned("'f' defined but not used"), { ...before, arch: 'arm64' as const }, off({ arch: 'arm64' })],
    [expect.stringContaining('arm64')],
  ],
])('%s', (_, cells, expected) => expect(staleFindings(series, cells)).toEqual(expected))

test('what a boot shows is stale only once a kernel has booted', () => {
  const oops = { ...series, knownFindings: [{ ...known, kind: 'oops' }] }
  const dead = off({ evidence: { ...off().evidence, cpusOnline: 0 } })
  expect(staleFindings(oops, [dead])).toEqual([])
  expect(staleFindings(oops, [off()])).toHaveLength(1)
})
