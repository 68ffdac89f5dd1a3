// SPDX-License-Identifier: MIT
import { type Judgement, judgeUnbooted } from './cell.ts'
import { hostTrouble } from './host.ts'
import type { Observation } from './observation.ts'

const REASON = 'the boot was debugged, so it was not judged'

/**
 * The judgement of a boot that a person stopped or typed on: nothing that it showed counts for or against the kernel. That
 * QEMU could not run is still the host's failure.
 */
export const judgeDebugged = (observation: Observation): Judgement => {
  const { process, host = [] } = observation.boot
  const left = process.by === 'exit' && process.code === 0 && host.length === 0
  const trouble = left ? undefined : hostTrouble(observation)
  const judgement = judgeUnbooted(REASON, [], '', [])
  return trouble === undefined ? judgement : { ...judgement, verdict: 'error', reason: trouble }
}
