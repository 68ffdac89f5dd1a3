// SPDX-License-Identifier: MIT
import { describeEnd } from '../lib/process/run.ts'
import type { Finding } from '../model/results.ts'
import type { Splat } from '../splat/index.ts'
import type { Observation } from './observation.ts'

/** The failure of the host or the harness because of which the boot says nothing about the kernel, if there is one. */
export const hostTrouble = ({ boot, testimony }: Observation): string | undefined => {
  const { process, stderr, gaveUp, host = [] } = boot
  const own = gaveUp !== undefined && process.by === 'abort'
  const left = process.by === 'exit' && process.code === 0
  if (!own && !left)
    return `QEMU ${describeEnd(process)}${stderr.length > 0 ? `: ${stderr.slice(-3).join(' | ')}` : ''}`
  return host[0] ?? testimony.problems[0]
}

const SWAP_ERROR = /^(?:Read|Write)-error on swap-device/

const STALLS = ['rcu-stall', 'soft-lockup', 'hard-lockup', 'hung-task', 'workqueue-lockup']

const isStall = (splat: Splat, splats: readonly Splat[]): boolean => {
  if (STALLS.includes(splat.family) || (splat.family === 'panic' && splat.kind === 'lockup')) return true
  const cause = splat.consequenceOf === null ? undefined : splats[splat.consequenceOf]
  return cause !== undefined && cause !== splat && isStall(cause, splats)
}

/**
 * Whether the host explains a finding. A crash stays a crash, whatever happened to QEMU afterwards. But a guest that
 * could not run looks as if it hung, and its kernel reports a stall as soon as it runs again.
 */
export const isExplainedByHost = (
  { oracle, kind, title }: Pick<Finding, 'oracle' | 'kind' | 'title'>,
  observation: Observation,
): boolean => {
  const { boot, splats } = observation
  // A disk of the host that fails makes the guest report it.
  if (oracle === 'liveness' || (kind === 'swap' && SWAP_ERROR.test(title)))
    return hostTrouble(observation) !== undefined
  if (oracle !== 'console' || (boot.delays ?? []).length === 0) return false
  const same = splats.filter((splat) => splat.title === title)
  return same.length > 0 && same.every((splat) => isStall(splat, splats))
}
