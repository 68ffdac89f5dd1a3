// SPDX-License-Identifier: MIT
import type { Debugging } from './model.ts'

/** QEMU's options for a machine that is debugged; it listens for gdb at `socket`. */
export const debugArgs = ({ stop, dump }: Debugging, socket: string): readonly string[] => [
  ...(stop === undefined ? [] : ['-gdb', `unix:${socket.replaceAll(',', ',,')},server=on,wait=off`]),
  ...(stop === 'start' ? ['-S'] : []),
  // QEMU keeps the memory until it is asked to quit.
  ...(dump === undefined ? [] : ['-action', 'shutdown=pause']),
]
