// SPDX-License-Identifier: MIT
import type { WorkloadEvidence } from '../model/results.ts'

const times = (count: number): string => (count === 1 ? '' : ` ${count} times`)

/** How a program of the user ended, in a few words: `repro.c ended after 0.2 s with exit status 1`. */
export const describeWorkload = ({
  name,
  processes,
  error,
  exits,
  signals,
  timedOut,
  elapsedMs,
}: WorkloadEvidence): string => {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`
  if (error !== null) return `${name} did not start: ${error}`
  const ends = [
    ...exits.map(({ status, count }) => `exit status ${status}${times(count)}`),
    ...signals.map(({ signal, count }) => `signal ${signal}${times(count)}`),
  ].join(', ')
  const of = processes === 1 ? name : `${processes} processes of ${name}`
  return timedOut ? `${of} ran until stopped after ${seconds} (${ends})` : `${of} ended after ${seconds} (${ends})`
}
