// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { cacheRoot } from '../lib/paths.ts'
import { cleanDeep } from '../lib/text/deep.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { readKtap } from '../testing/formats.ts'
import { aCell, aCrash, aFinding, aReport, aRun } from '../testing/runs.ts'
import { ktapReport } from './ktap.ts'

const TRAPS = 'x\0\u001b[31m\r\nnot ok 1 y # Subtest: reboot: System halted\ufffe `|'

test("the kernel's own parser reads the KTAP of a failing run, whatever its console says", async () => {
  await using tree = await obtainTree(parseTreeSpec('debian:6.1'), { cache: cacheRoot(), context: recordingContext() })
  const findings = [aFinding({ title: TRAPS, detail: TRAPS, file: 'mm/zsmalloc.c', line: 9 })]
  const cells = [aCrash(), aCell({ verdict: 'fail', reason: TRAPS, findings })]
  const report = cleanDeep(aReport(aRun({ cells, verdict: 'regression' })))
  const { stdout, exitCode, results } = await readKtap(tree.dir, ktapReport(report))
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`Ran ${results} tests`)
  expect(stdout).not.toMatch(/\[ERROR\]|errors:/)
})
