// SPDX-License-Identifier: MIT
import { EXIT } from '../../model/errors.ts'
import { killGroups } from './groups.ts'

const controller = new AbortController()
const NAMES = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
// npm and the terminal both pass on one Ctrl-C, and a closing terminal sends several signals.
const SAME_MS = 500

let armed = false
let firstMs: number | undefined

const onSignal = (): void => {
  firstMs ??= performance.now()
  controller.abort()
  if (performance.now() - firstMs < SAME_MS) return
  // The user does not want to wait for an orderly end. Every file is written whole or not at all.
  killGroups()
  process.exit(EXIT.interrupted)
}

/** Aborts on Ctrl-C, SIGTERM or a closed terminal; every long step must listen to it. A second signal ends the process. */
export const interruptSignal = (): AbortSignal => {
  if (!armed) {
    armed = true
    for (const name of NAMES) process.on(name, onSignal)
  }
  return controller.signal
}

/** Asks the run for an orderly end, as Ctrl-C does. */
export const interrupt = (): void => controller.abort()
