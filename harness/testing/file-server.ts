// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, normalize } from 'node:path'

/** An HTTP server for tests. */
export interface FileServer {
  readonly url: string
  /** The path of each request, and its range if there was one, in order. */
  readonly requests: string[]
  /** For each of the next responses, the bytes after which the connection breaks; checksum files are not affected. */
  readonly breakAfter: number[]
  /** Awaited before the connection breaks, because a client drops what it has not read by then. */
  beforeBreak: () => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

const rangeStart = (request: IncomingMessage, etag: string): number => {
  const start = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
  return start !== undefined && request.headers['if-range'] === etag ? Number(start) : 0
}

interface Break {
  readonly after: number | undefined
  readonly before: () => Promise<void>
}

const answer = (request: IncomingMessage, response: ServerResponse, data: Buffer, line: Break): void => {
  const etag = `"${createHash('sha256').update(data).digest('hex').slice(0, 16)}"`
  const start = rangeStart(request, etag)
  const body = data.subarray(start)
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    'content-length': body.length,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${data.length - 1}/${data.length}` } : {}),
  })
  if (line.after === undefined) response.end(body)
  else response.write(body.subarray(0, line.after), () => void line.before().then(() => response.destroy()))
}

/** Serves the files below `dir` on 127.0.0.1, with range requests as on kernel.org. */
export const serveFiles = async (dir: string): Promise<FileServer> => {
  const served = { requests: [] as string[], breakAfter: [] as number[], beforeBreak: () => Promise.resolve() }
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
    served.requests.push([path, request.headers.range].filter(Boolean).join(' '))
    const data = await readFile(join(dir, path)).catch(() => undefined)
    if (!data) return void response.writeHead(404).end()
    answer(request, response, data, {
      after: path.endsWith('.asc') ? undefined : served.breakAfter.shift(),
      before: () => served.beforeBreak(),
    })
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return Object.assign(served, { url, [Symbol.asyncDispose]: close })
}
