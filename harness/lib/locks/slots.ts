// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InterruptedError } from '../../model/errors.ts'
import { acquireLock, type Lock, tryLock } from './lock.ts'

interface SlotOptions {
  readonly cache: string
  readonly signal: AbortSignal
  readonly onWait: () => void
}

const gate = (cache: string): string => join(cache, 'locks', 'machine.lock')

/** Reserves the whole machine for a build: among the runs that share the cache, no VM and no other build runs meanwhile. */
export const takeMachine = ({ cache, signal, onWait }: SlotOptions): Promise<Lock> =>
  acquireLock(gate(cache), { mode: 'exclusive', signal, onWait })

const POLL_MS = 250

const takeSeat = async ({ cache, signal, onWait }: SlotOptions, seats: number): Promise<Lock> => {
  for (let tries = 0; ; tries++) {
    for (let seat = 0; seat < seats; seat++) {
      const lock = await tryLock(join(cache, 'locks', `vm-${seat}.lock`))
      if (lock) return lock
    }
    if (tries === 0) onWait()
    if (signal.aborted) throw new InterruptedError()
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw new InterruptedError()
    })
  }
}

/** CPUs of one seat, as many as a VM has. */
export const SEAT_CPUS = 2

/** How many seats this machine has. */
export const machineSeats = (cpus = availableParallelism()): number => Math.max(1, Math.floor(cpus / SEAT_CPUS))

/** Reserves a seat for one VM, or for a build with as many jobs; builds that need the whole machine wait meanwhile. */
export const takeVmSeat = async (options: SlotOptions): Promise<Lock> => {
  const seat = await takeSeat(options, machineSeats())
  try {
    const shared = await acquireLock(gate(options.cache), {
      mode: 'shared',
      signal: options.signal,
      onWait: options.onWait,
    })
    return {
      [Symbol.asyncDispose]: async () => {
        await shared[Symbol.asyncDispose]()
        await seat[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await seat[Symbol.asyncDispose]()
    throw error
  }
}
