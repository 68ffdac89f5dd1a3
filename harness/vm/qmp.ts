// SPDX-License-Identifier: MIT
import type { Socket } from 'node:net'
import { LineSplitter } from '../lib/process/lines.ts'

/** The parts of a QMP message that this harness reads. */
interface Message {
  readonly QMP?: unknown
  readonly return?: unknown
  readonly event?: string
  readonly data?: {
    readonly reason?: string
    readonly device?: string
    readonly operation?: string
    readonly nospace?: boolean
  }
}

/** QEMU's reason for its SHUTDOWN event: `guest-reset`, `guest-panic`, `host-qmp-quit`, `host-signal`, … */
export type ShutdownReason = string

const send = (socket: Socket, execute: string): void => {
  if (socket.writable) socket.write(`${JSON.stringify({ execute })}\n`)
}

const parse = (line: string): Message => {
  try {
    return (JSON.parse(line) ?? {}) as Message
  } catch {
    return {}
  }
}

const describeDiskError = ({ device = '', operation = 'access', reason, nospace }: NonNullable<Message['data']>) =>
  `QEMU's disk ${device} failed to ${operation}: ${nospace ? 'the disk of TMPDIR is full' : (reason ?? 'no reason given')}`

/** One QMP connection: negotiates, follows QEMU's events, and can ask QEMU to quit. */
export class Qmp {
  shutdownReason: ShutdownReason | undefined
  /** The guest does not run, although it has not ended. */
  paused = false
  /** The first error of the host's files. QEMU then pauses the guest. */
  diskError: string | undefined
  readonly #socket: Socket
  readonly #onReady: () => void

  /** `onReady` is called once QEMU has opened all its files. */
  constructor(socket: Socket, onReady: () => void) {
    this.#socket = socket
    this.#onReady = onReady
    const lines = new LineSplitter((line) => this.#receive(parse(line)))
    socket.on('data', (chunk: Buffer) => lines.push(chunk))
    // When QEMU exits, the socket closes, perhaps in the middle of a write.
    socket.on('error', () => undefined)
  }

  quit(): void {
    send(this.#socket, 'quit')
  }

  #receive(message: Message): void {
    if (message.QMP !== undefined) send(this.#socket, 'qmp_capabilities')
    if (message.return !== undefined) this.#onReady()
    switch (message.event) {
      case 'SHUTDOWN':
        this.shutdownReason ??= message.data?.reason ?? 'unknown'
        this.paused = false
        break
      case 'STOP':
        this.paused = this.shutdownReason === undefined
        break
      case 'RESUME':
        this.paused = false
        break
      case 'BLOCK_IO_ERROR':
        this.diskError ??= describeDiskError(message.data ?? {})
        break
    }
  }
}
