// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { readTestimony } from '../guest/records.ts'
import { observe as anObservation } from '../testing/guest.ts'
import { readSplats } from '../testing/splats.ts'
import { judge } from './cell.ts'
import { exposureOf } from './exposure.ts'
import { hostTrouble } from './host.ts'
import type { Observation } from './observation.ts'

const CLEAN = {
  process: { by: 'exit', code: 0 },
  shutdown: 'guest-reset',
  gaveUp: undefined,
  stderr: [],
  host: [],
  delays: [],
  lostConsole: undefined,
} as const satisfies Observation['boot']

const observe = (boot: Partial<Observation['boot']>, console = ''): Observation =>
  anObservation({}, { testimony: readTestimony([]), splats: readSplats(console), boot: { ...CLEAN, ...boot } })

const verdictOf = (observation: Observation) => judge(observation, [], [], 'zpool-on', [])

const STALL = `[   60.000000][    C0] watchdog: BUG: soft lockup - CPU#0 stuck for 60s! [init:1]
[   60.000001][    C0] Call Trace:
[   60.000002][    C0]  zs_free+0x1/0x2
[   60.000003][    C0] Kernel panic - not syncing: softlockup: hung tasks
[   60.000004][    C0] ---[ end Kernel panic - not syncing: softlockup: hung tasks ]---
`
const CRASH = `[    1.000000][   T10] BUG: kernel NULL pointer dereference, address: 0000000000000010
[    1.000001][   T10] #PF: supervisor read access in kernel mode
[    1.000002][   T10] Oops: 0000 [#1] SMP
[    1.000003][   T10] RIP: 0010:zs_free+0x1/0x2
[    1.000004][   T10] Call Trace:
[    1.000005][   T10]  zs_free+0x1/0x2
[    1.000006][   T10] ---[ end trace 0000000000000000 ]---
`
const HOST = ['something on this host ended QEMU (host-signal)']
const DELAYS = ['QEMU was stopped by a signal for 60.0 s']
const SILENCE = { why: 'silence', phase: 'lanes', afterS: 80 } as const

describe('what the host did', () => {
  test.each<[string, Partial<Observation['boot']>, string, string, string]>([
    ['a signal of the host', { shutdown: 'host-signal', host: HOST }, '', 'error', 'host-signal'],
    ['a guest that left by itself', {}, '', 'fail', 'end marker'],
    ['a starved guest that fell silent', { gaveUp: SILENCE, host: ['QEMU had 0.1 s'] }, '', 'error', 'QEMU had 0.1 s'],
    ['a guest that fell silent', { gaveUp: SILENCE }, '', 'fail', 'silent'],
    ['a disk error', { gaveUp: { ...SILENCE, why: 'host' }, host: ['the disk is full'] }, '', 'error', 'disk is full'],
    ['a crash before the signal', { shutdown: 'host-signal', host: HOST }, CRASH, 'fail', 'NULL pointer'],
    ['a crash before a disk error', { host: ['the disk is full'] }, CRASH, 'fail', 'NULL pointer'],
    ['a stall after a stop of the host', { delays: DELAYS }, STALL, 'error', 'stopped by a signal'],
    ['a stall without one', {}, STALL, 'fail', 'soft lockup'],
    ['a crash in a boot that was stopped too', { delays: DELAYS }, CRASH, 'fail', 'NULL pointer'],
    ['a crash and a stall after a stop', { delays: DELAYS }, CRASH + STALL, 'fail', 'NULL pointer'],
    [
      'a console with lost lines',
      { gaveUp: undefined, lostConsole: 'more than 64 MiB' },
      CRASH,
      'fail',
      'NULL pointer',
    ],
  ])('%s', (_, boot, console, verdict, reason) => {
    const judged = verdictOf(observe(boot, console))
    expect(judged.verdict).toBe(verdict)
    expect(judged.reason).toContain(reason)
  })

  // Else the unpatched kernel would show its bug whenever the host stops it, and the patched one would not be fixed.
  test.each<[string, Observation['signature'], Partial<Observation['boot']>, string]>([
    ['a hang', [{ oracle: 'liveness' }], { gaveUp: SILENCE, host: ['QEMU had 0.1 s'] }, CRASH],
    ['a stall', [{ families: ['soft-lockup'], stack: ['zs_free'] }], { delays: DELAYS }, CRASH + STALL],
  ])('%s that the host explains is not the bug, whatever else failed', (_, signature, boot, console) => {
    const observation = { ...observe(boot, console), signature }
    const { verdict, findings } = judge(observation, [], [], 'zpool-on', [])
    expect(verdict).toBe('fail')
    expect(findings.filter((one) => one.signature)).toEqual([])
    expect(exposureOf(observation, [], findings).failedIn).toBeNull()
    const unexplained = { ...observation, boot: { ...observation.boot, host: [], delays: [] } }
    expect(judge(unexplained, [], [], 'zpool-on', []).findings.some((one) => one.signature)).toBe(true)
  })

  test('a console that lost lines is inconclusive at best', () => {
    const gaveUp = { ...SILENCE, why: 'last-words-limit' } as const
    const judged = verdictOf(observe({ gaveUp, lostConsole: 'more than 64 MiB: 1.0 MiB were dropped' }))
    expect(judged).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringContaining('the console printed more'),
    })
  })

  test('a host that ended QEMU itself after the guest is no trouble', () => {
    const gaveUp = { ...SILENCE, why: 'last-words-limit' } as const
    expect(hostTrouble(observe({ process: { by: 'abort' }, gaveUp, shutdown: 'host-qmp-quit' }))).toBeUndefined()
  })
})
