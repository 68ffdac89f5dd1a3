// SPDX-License-Identifier: MIT

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseTreeSpec } from '../inputs/tree/spec.ts'
import { obtainTree } from '../inputs/tree/tree.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { cacheRoot } from '../lib/paths.ts'
import { cleanDeep } from '../lib/text/deep.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { readKtap } from '../testing/formats.ts'
import { aCell, aCrash, aFinding, aReport, aRun } from '../testing/runs.ts'
import { folderOf } from '../testing/stored.ts'
import { ktapReport } from './ktap.ts'

const TRAPS = 'x\0\u001b[31m\r\nnot ok 1 y # Subtest: reboot: System halted\ufffe `|'

test("the kernel's own parser reads the KTAP of a failing run, whatever its console says", async () => {
  const cache = cacheRoot()
  await using tree = await obtainTree(parseTreeSpec('debian:6.1'), { cache, context: recordingContext() })
  const findings = [aFinding({ title: TRAPS, detail: TRAPS, file: 'mm/zsmalloc.c', line: 9 })]
  const cells = [aCrash(), aCell({ verdict: 'fail', reason: TRAPS, findings })]
  const report = cleanDeep(aReport(aRun({ cells, verdict: 'regression' })))
  const { stdout, exitCode, results } = await inTempDir('ktap', async (dir) =>
    readKtap(await folderOf(cache, tree.meta.listing, join(dir, 'linux')), ktapReport(report)),
  )
  expect(exitCode).toBe(1)
  expect(stdout).toContain(`Ran ${results} tests`)
  expect(stdout).not.toMatch(/\[ERROR\]|errors:/)
})
