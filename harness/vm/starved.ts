// SPDX-License-Identifier: MIT

/** What QEMU got from the host in a span of time. */
export interface Span {
  readonly wallMs: number
  readonly cpuMs: number
  readonly waitedMs: number | undefined
  readonly stealMs: number | undefined
  readonly pressureMs: number | undefined
  /** Time in which a thread waited for the host's disk. */
  readonly blockedMs: number
}

// Shares of the span. With more than this of one CPU, a guest that works says something; one that hangs may be spinning.
const RAN = 0.2
// With less than that it was idle or starved. Idle threads do not wait for a CPU.
const WAITED = 0.5
const STOLEN = 0.3
const BLOCKED = 0.5

const percent = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/**
 * Why the host kept QEMU from running in this span, with the measured times; undefined when it did not. A QEMU that used
 * the CPU and a QEMU that had nothing to do were both free to run: then a silence is the guest's own.
 */
export const whyStarved = ({ wallMs, cpuMs, waitedMs, stealMs, pressureMs, blockedMs }: Span): string | undefined => {
  if (wallMs <= 0 || cpuMs >= RAN * wallMs) return undefined
  const got = `QEMU had ${seconds(cpuMs)} of CPU time in ${seconds(wallMs)}`
  if (blockedMs >= BLOCKED * wallMs)
    return `${got} and waited for the host's disk for ${percent(blockedMs, wallMs)} of it`
  if (stealMs !== undefined && stealMs >= STOLEN * wallMs)
    return `${got}; the hypervisor of this host took ${percent(stealMs, wallMs)} of its CPUs`
  if (waitedMs !== undefined)
    return waitedMs >= WAITED * wallMs ? `${got} and waited for a CPU for ${seconds(waitedMs)}` : undefined
  if (pressureMs !== undefined && pressureMs >= WAITED * wallMs)
    return `${got}; processes of this host waited for a CPU in ${percent(pressureMs, wallMs)} of it`
  return undefined
}
