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

/** The whole machine, for a build: no VM of any run that shares the cache goes on meanwhile, nor another build. */
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

/** CPUs of one seat: what a VM has. */
export const SEAT_CPUS = 2

/** Seats of this machine. */
export const machineSeats = (cpus = availableParallelism()): number => Math.max(1, Math.floor(cpus / SEAT_CPUS))

/** Room for one VM, or for a build of as many jobs; builds of the whole machine are kept out until it is given back. */
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
