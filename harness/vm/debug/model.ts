// SPDX-License-Identifier: MIT

/** Where a guest waits for a debugger: before its first instruction, or at the first report of its kernel. */
export type Stop = 'start' | 'splat'

/** A terminal that is connected to the guest's console. */
export interface Terminal {
  /** Shows what the guest prints. */
  readonly show: (bytes: Uint8Array) => void
  /** Hands what is typed to `type` until disposed, which restores the terminal. `leave` ends the guest. */
  readonly connect: (type: (bytes: Uint8Array) => void, leave: () => void) => Disposable
}

/** Where a debugger finds a guest that waits. */
export interface Waiting {
  readonly stop: Stop
  /** QEMU's socket, for `target remote`. */
  readonly socket: string
  /** A folder that goes with the machine. */
  readonly dir: string
}

/** How a machine is debugged. */
export interface Debugging {
  readonly stop?: Stop | undefined
  /** Called when the guest waits for a debugger. */
  readonly onWaiting?: ((waiting: Waiting) => Promise<void>) | undefined
  readonly terminal?: Terminal | undefined
  /** Where the guest's memory is written when it has ended. */
  readonly dump?: string | undefined
}
