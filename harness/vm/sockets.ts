// SPDX-License-Identifier: MIT
import { createServer, type Server, type Socket } from 'node:net'

/** A Unix socket that waits for QEMU to connect. */
export interface Listener extends AsyncDisposable {
  /** Waits until QEMU has closed its end and all that it sent was delivered; at once when it never connected. */
  ended(): Promise<void>
}

const closed = async (socket: Socket): Promise<void> => {
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
}

/** Listens at `path` (at most 107 bytes, the limit of Unix sockets) for the one connection that QEMU makes. */
export const listenOnce = async (path: string, onConnect: (socket: Socket) => void): Promise<Listener> => {
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
