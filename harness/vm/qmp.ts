// SPDX-License-Identifier: MIT
import type { Socket } from 'node:net'
import { LineSplitter } from '../lib/process/lines.ts'

/** The parts of a QMP message that this harness reads. */
interface Message {
  readonly QMP?: unknown
  readonly event?: string
  readonly data?: { readonly reason?: string }
}

/** QEMU's reason for its SHUTDOWN event: `guest-reset`, `guest-panic`, `host-qmp-quit`, `host-signal`, … */
export type ShutdownReason = string

const send = (socket: Socket, execute: string): void => {
  if (socket.writable) socket.write(`${JSON.stringify({ execute })}\n`)
}

/** One QMP connection: negotiates, waits for the SHUTDOWN event, and can ask QEMU to quit. */
export class Qmp {
  shutdownReason: ShutdownReason | undefined
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
    const lines = new LineSplitter((line) => this.#receive(line))
    socket.on('data', (chunk: Buffer) => lines.push(chunk))
    // When QEMU exits, the socket closes, perhaps in the middle of a write.
    socket.on('error', () => undefined)
  }

  quit(): void {
    send(this.#socket, 'quit')
  }

  #receive(line: string): void {
    let message: Message
    try {
      message = JSON.parse(line) as Message
    } catch {
      return
    }
    if (message.QMP !== undefined) send(this.#socket, 'qmp_capabilities')
    if (message.event === 'SHUTDOWN') this.shutdownReason ??= message.data?.reason ?? 'unknown'
  }
}
