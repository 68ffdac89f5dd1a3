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

const releaseAll = async (locks: readonly Lock[]): Promise<void> => {
  for (const lock of locks) await lock[Symbol.asyncDispose]()
}

/** As many free seats as wanted, or none: a run that held some and waited for more could wait for another that does so. */
const tryTakeSeats = async (cache: string, seats: number, wanted: number): Promise<readonly Lock[]> => {
  const taken: Lock[] = []
  for (let seat = 0; seat < seats && taken.length < wanted; seat++) {
    const lock = await tryLock(join(cache, 'locks', `vm-${seat}.lock`))
    if (lock) taken.push(lock)
  }
  if (taken.length === wanted) return taken
  await releaseAll(taken)
  return []
}

const takeSeats = async ({ cache, signal, onWait }: SlotOptions, seats: number, wanted: number) => {
  for (let tries = 0; ; tries++) {
    const taken = await tryTakeSeats(cache, seats, wanted)
    if (taken.length > 0) return taken
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

/** The seats of a task that needs this share of the memory for all of them: one that is large leaves less for others. */
export const seatsFor = (share: number, seats = machineSeats()): number =>
  Math.min(seats, Math.max(1, Math.ceil(share * seats)))

/**
 * Reserves a seat for one VM, or for a build with as many jobs; builds that need the whole machine wait meanwhile. A VM
 * with more than a seat's part of the memory takes several.
 */
export const takeVmSeat = async (options: SlotOptions, share = 0): Promise<Lock> => {
  const seats = machineSeats()
  const taken = await takeSeats(options, seats, seatsFor(share, seats))
  try {
    const shared = await acquireLock(gate(options.cache), {
      mode: 'shared',
      signal: options.signal,
      onWait: options.onWait,
    })
    return {
      [Symbol.asyncDispose]: async () => {
        await shared[Symbol.asyncDispose]()
        await releaseAll(taken)
      },
    }
  } catch (error) {
    await releaseAll(taken)
    throw error
  }
}
