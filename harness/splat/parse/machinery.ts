// SPDX-License-Identifier: MIT
import { allocators } from '../data/allocators.ts'
import { printing } from '../data/consoles.ts'
import { containers } from '../data/containers.ts'
import { copies } from '../data/copies.ts'
import { crypto } from '../data/crypto.ts'
import { detectors } from '../data/detectors.ts'
import { dispatch } from '../data/dispatch.ts'
import { dispatchers } from '../data/entries.ts'
import { helpers } from '../data/helpers.ts'
import { locks } from '../data/locks.ts'
import { loops } from '../data/loops.ts'
import { objects } from '../data/objects.ts'
import { helperPaths } from '../data/paths.ts'
import { primitives } from '../data/primitives.ts'
import { unwinder } from '../data/unwinder.ts'
import { idle, scheduler, sharedWaits, waits } from '../data/waiting.ts'
import { anyOf, beginsWith, namesIn, remembered } from '../patterns.ts'

const isNeverGuilty = namesIn(detectors, locks, allocators, copies, primitives, dispatch)
const isScheduler = namesIn(scheduler)
const isGenericHelper = namesIn(helpers, printing, containers, objects, crypto, unwinder)
const WAITS = new RegExp(anyOf(waits))
// Since 6.10 the bodies of the allocators have this suffix.
const NOPROF = '_noprof'

// A registry's check failed: the caller that registered is to blame.
const REGISTRIES: readonly (readonly [RegExp, RegExp])[] = [
  [/^kobject_/, /^(?:kobject|kset)_/],
  [/^_*proc_register$/, /^_*proc_(?:register|create|mkdir|symlink)/],
]

/** Functions between the check of this name and the function that it blames. */
export const registryOf = (named: string | undefined): RegExp | undefined =>
  named === undefined ? undefined : REGISTRIES.find(([check]) => check.test(named))?.[1]

/** True for functions that only detect, allocate, lock, copy or trap. */
export const isMachinery = remembered(
  (name) => isNeverGuilty(name.endsWith(NOPROF) ? name.slice(0, -NOPROF.length) : name) || isScheduler(name),
)

/** True for machinery, and for what works on an object of its caller: timers, work items, printing. */
export const isHelper = remembered((name) => isGenericHelper(name) || isMachinery(name))

/** True for what walks a stack: in a dump that an interrupt asked for, it is that of the dump. */
export const isUnwinder = namesIn(unwinder)

const HELPER_PATH = beginsWith(helperPaths)

/** True for a place in a source file of helpers: its functions need no list. */
export const isHelperPlace = (location: string | null): boolean =>
  location !== null && HELPER_PATH.test(location.replace(/^(?:\.{1,2}\/)+/, ''))

/** True for functions that hand work to others: what they called is where busy code was entered. */
export const isDispatcher = namesIn(dispatchers)

/** The lock or event for which many tasks wait at once, when this function waits for it. */
export const sharedWait = (name: string): string | undefined => sharedWaits.find(([re]) => re.test(name))?.[1]

/** True for loops that run the work of others: what called them has no part in it. */
export const isLoop = namesIn(loops)

/** True for functions in which a task waits. */
export const isSleep = (name: string): boolean => WAITS.test(name) || isNeverGuilty(name)

/** True for functions of a CPU that has nothing to do. */
export const isIdle = namesIn(idle)
