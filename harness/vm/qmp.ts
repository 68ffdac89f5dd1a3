// SPDX-License-Identifier: MIT
import type { Socket } from 'node:net'
import { LineSplitter } from '../lib/process/lines.ts'

/** The parts of a QMP message that this harness reads. */
interface Message {
  readonly QMP?: unknown
  readonly return?: unknown
  /** Of the command that it answers. */
  readonly id?: number
  readonly error?: { readonly desc?: string }
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

const send = (socket: Socket, execute: string, rest: object = {}): void => {
  if (socket.writable) socket.write(`${JSON.stringify({ execute, ...rest })}\n`)
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
  readonly #onShutdown: (qmp: Qmp) => void
  #answered: ((message: Message) => void) | undefined

  /**
   * `onReady` is called once QEMU has opened all its files. `onShutdown` is called when the guest has ended, which
   * matters where QEMU then waits.
   */
  constructor(socket: Socket, onReady: () => void, onShutdown: (qmp: Qmp) => void = () => undefined) {
    this.#socket = socket
    this.#onReady = onReady
    this.#onShutdown = onShutdown
    socket.on('close', () => this.#answered?.({ error: { desc: 'QEMU has ended' } }))
    const lines = new LineSplitter((line) => this.#receive(parse(line)))
    socket.on('data', (chunk: Buffer) => lines.push(chunk))
    // When QEMU exits, the socket closes, perhaps in the middle of a write.
    socket.on('error', () => undefined)
  }

  quit(): void {
    send(this.#socket, 'quit')
  }

  /** Stops the guest; a debugger lets it go on. */
  pause(): void {
    send(this.#socket, 'stop')
  }

  /** Writes the guest's memory and registers to this file, as an ELF core; throws QEMU's reason when it does not. */
  async dump(file: string): Promise<void> {
    // With page tables QEMU would follow KASAN's shadow, which maps a few pages over terabytes.
    const rest = { id: 1, arguments: { paging: false, protocol: `file:${file}` } }
    const { error } = await new Promise<Message>((resolve) => {
      this.#answered = resolve
      send(this.#socket, 'dump-guest-memory', rest)
    })
    if (error) throw new Error(error.desc ?? 'QEMU gave no reason')
  }

  #receive(message: Message): void {
    if (message.QMP !== undefined) send(this.#socket, 'qmp_capabilities')
    if (message.id !== undefined) this.#answered?.(message)
    else if (message.return !== undefined) this.#onReady()
    switch (message.event) {
      case 'SHUTDOWN':
        this.shutdownReason ??= message.data?.reason ?? 'unknown'
        this.paused = false
        this.#onShutdown(this)
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
