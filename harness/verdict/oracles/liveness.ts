// SPDX-License-Identifier: MIT

import { ofType } from '../../guest/records.ts'
import type { Finding } from '../../model/results.ts'
import type { GaveUp } from '../../vm/watchdog.ts'
import { findingOf, leftCleanly, type Observation, type Oracle } from '../observation.ts'

const lastLines = (lines: readonly string[]): string =>
  lines.length === 0 ? 'the console stayed empty' : `the last console lines:\n${lines.slice(-5).join('\n')}`

const currentLane = ({ testimony }: Observation) => ofType(testimony.records, 'laneStart').at(-1)?.lane ?? null

const hasEnded = ({ testimony }: Observation): boolean => testimony.records.some(({ t }) => t === 'end')

// Last words begin with a panic too, and a panic is a finding of its own.
const hungInShutdown = (observation: Observation): boolean =>
  hasEnded(observation) &&
  !leftCleanly(observation.boot) &&
  !observation.splats.some(({ lines }) => lines.some((line) => line.includes('Kernel panic - not syncing')))

const gaveUpFinding = (gaveUp: GaveUp, observation: Observation): Finding | undefined => {
  const lane = currentLane(observation)
  const after = `after ${gaveUp.afterS} s`
  const detail = `${gaveUp.why} ${after}; ${lastLines(observation.lastConsoleLines)}`
  switch (gaveUp.why) {
    case 'boot-limit':
      return findingOf('liveness', { kind: 'no-output', title: 'the guest hung before init', detail })
    case 'silence':
      return findingOf('liveness', { kind: 'no-output', title: 'the guest fell silent', detail, lane })
    case 'total-limit':
      return findingOf('liveness', { kind: 'hang', title: 'the guest did not finish its lanes in time', detail, lane })
    case 'last-words-limit':
      return hungInShutdown(observation)
        ? findingOf('liveness', { kind: 'hang', title: 'the guest hung in shutdown after its end marker', detail })
        : undefined
    // The reports are findings of their own.
    case 'flood':
    case 'host':
      return undefined
  }
}

/** A guest must finish: it neither hangs nor exits without its end marker. */
export const liveness: Oracle = {
  name: 'liveness',
  check: (observation) => {
    const { boot, splats } = observation
    if (boot.gaveUp) {
      const finding = gaveUpFinding(boot.gaveUp, observation)
      return finding ? [finding] : []
    }
    const left = boot.process.by === 'exit' && boot.process.code === 0
    // A crash explains why there is no end marker.
    if (hasEnded(observation) || !left || splats.length > 0) return []
    const detail = `QEMU ended (${boot.shutdown ?? 'no reason given'}) without the guest's end marker; ${lastLines(observation.lastConsoleLines)}`
    return [
      findingOf('liveness', {
        kind: 'lost-guest',
        title: 'the guest left without its end marker',
        detail,
        lane: currentLane(observation),
      }),
    ]
  },
  missing: (observation) => {
    if (ofType(observation.testimony.records, 'hello').length === 0) return 'no hello record came from the guest'
    if (hasEnded(observation)) return undefined
    return observation.boot.gaveUp?.why === 'flood'
      ? 'the boot was ended, as its kernel repeated its reports without end'
      : "the guest's end marker is missing"
  },
}
