// SPDX-License-Identifier: MIT

const controller = new AbortController()
let armed = false

const onSignal = (): void => controller.abort()

/** Aborts on Ctrl-C, SIGTERM or a closed terminal; every long step must listen to it. */
export const interruptSignal = (): AbortSignal => {
  if (!armed) {
    armed = true
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal)
  }
  return controller.signal
}
