// SPDX-License-Identifier: MIT
import { createServer, type Server, type Socket } from 'node:net'
import { HostError } from '../model/errors.ts'

/** A Unix socket that waits for QEMU to connect. */
export interface Listener extends AsyncDisposable {
  /** Waits until QEMU has closed its end and all that it sent was delivered; at once when it never connected. */
  ended(): Promise<void>
}

const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}

// sun_path is 108 bytes long, with the NUL at its end; see unix(7).
const PATH_BYTES = 107

/** Throws a HostError when `path` is too long for a Unix socket. */
export const requireSocketPath = (path: string): void => {
  const bytes = Buffer.byteLength(path)
  if (bytes > PATH_BYTES)
    throw new HostError(
      `${path} has ${bytes} bytes, but the path of a Unix socket holds only ${PATH_BYTES}`,
      'set TMPDIR to a shorter path, such as /tmp',
    )
}

/** Listens at `path` for the one connection that QEMU makes. */
export const listenOnce = async (path: string, onConnect: (socket: Socket) => void): Promise<Listener> => {
  requireSocketPath(path)
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    onConnect(socket)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return {
    ended: async () => {
      await Promise.all([...sockets].map(closed))
    },
    [Symbol.asyncDispose]: () => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
  }
}
