// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { cleanBoot, observe } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { judgeDebugged } from './debugged.ts'
import type { Observation } from './observation.ts'

const WARNING = readSplats(
  '[    1.000000][   T10] WARNING: CPU: 0 PID: 10 at mm/zsmalloc.c:12 zs_free+0x1/0x2\n[    1.000001][   T10] ---[ end trace 0000000000000000 ]---\n',
)
const left = (over: Partial<Observation['boot']>) => ({ boot: { ...cleanBoot, ...over } })

test.each<[string, Partial<Observation>]>([
  ['a boot that would pass', {}],
  ['one with a report', { splats: WARNING }],
  ['one that the person ended', left({ shutdown: 'host-qmp-quit' })],
  ['one that gdb ended', left({ shutdown: undefined })],
])('%s is inconclusive, without findings', (_, over) =>
  expect(judgeDebugged(observe({}, over))).toMatchObject({
    verdict: 'inconclusive',
    reason: 'the boot was debugged, so it was not judged',
    findings: [],
    oracles: [],
  }),
)

test.each<[string, Partial<Observation>, string]>([
  ['QEMU that did not start', left({ process: { by: 'exit', code: 1 }, stderr: ['no such device'] }), 'no such device'],
  ['QEMU that was killed', left({ process: { by: 'signal', name: 'SIGKILL' } }), 'SIGKILL'],
  ['a full disk', left({ host: ['the disk of TMPDIR is full'] }), 'the disk of TMPDIR is full'],
])('%s is the host’s failure', (_, over, reason) =>
  expect(judgeDebugged(observe({}, over))).toMatchObject({
    verdict: 'error',
    reason: expect.stringContaining(reason),
  }),
)
