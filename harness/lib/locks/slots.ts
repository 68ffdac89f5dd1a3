// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InterruptedError } from '../../model/errors.ts'
import { machineSize } from '../machine/size.ts'
import { acquireLock, type Lock, tryLock } from './lock.ts'
import { roomFolder } from './room.ts'

interface SlotOptions {
  readonly signal: AbortSignal
  readonly onWait: () => void
}

const gate = async (): Promise<string> => join(await roomFolder(), 'machine.lock')

/** Reserves the whole machine for a build: among the runs on this host, no VM and no other build runs meanwhile. */
export const takeMachine = async ({ signal, onWait }: SlotOptions): Promise<Lock> =>
  acquireLock(await gate(), { mode: 'exclusive', signal, onWait })

const POLL_MS = 250

const releaseAll = async (locks: readonly Lock[]): Promise<void> => {
  for (const lock of locks) await lock[Symbol.asyncDispose]()
}

/** As many free seats as wanted, or none: a run that held some and waited for more could wait for another that does so. */
const tryTakeSeats = async (seats: number, wanted: number): Promise<readonly Lock[]> => {
  const room = await roomFolder()
  const taken: Lock[] = []
  for (let seat = 0; seat < seats && taken.length < wanted; seat++) {
    const lock = await tryLock(join(room, `vm-${seat}.lock`))
    if (lock) taken.push(lock)
  }
  if (taken.length === wanted) return taken
  await releaseAll(taken)
  return []
}

const takeSeats = async ({ signal, onWait }: SlotOptions, seats: number, wanted: number) => {
  for (let tries = 0; ; tries++) {
    const taken = await tryTakeSeats(seats, wanted)
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

/** How many seats this machine has: inside an allocation, those of the allocation. */
export const machineSeats = (cpus = machineSize().cpus): number => Math.max(1, Math.floor(cpus / SEAT_CPUS))

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
    const shared = await acquireLock(await gate(), {
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
