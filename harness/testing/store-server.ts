// SPDX-License-Identifier: MIT
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Answer = (request: IncomingMessage, response: ServerResponse, server: StoreServer) => void

/** An HTTP server that has what was uploaded to it, for tests. */
export interface StoreServer {
  readonly url: string
  readonly files: Map<string, Buffer>
  /** Method and path of each request, in order. */
  readonly requests: string[]
  readonly authorizations: (string | undefined)[]
  /** Answers in place of the server, where it returns true. */
  fault: (request: IncomingMessage, response: ServerResponse) => boolean
  [Symbol.asyncDispose](): Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const give: Answer = ({ url = '', method }, response, { files }) => {
  const data = files.get(url)
  if (!data) return void response.writeHead(404).end()
  response.writeHead(200, { 'content-length': data.length }).end(method === 'HEAD' ? undefined : data)
}

const take: Answer = (request, response, { files }) =>
  void bodyOf(request).then(
    (data) => {
      files.set(request.url ?? '', data)
      response.writeHead(201).end()
    },
    // A half upload: nothing of it is kept.
    () => undefined,
  )

/** Starts one on 127.0.0.1. */
export const startStoreServer = async (): Promise<StoreServer> => {
  const answer: Answer = (request, response) => {
    store.requests.push(`${request.method} ${request.url}`)
    store.authorizations.push(request.headers.authorization)
    if (store.fault(request, response)) return
    return (request.method === 'PUT' ? take : give)(request, response, store)
  }
  const server = createServer((request, response) => answer(request, response, store))
  // As nginx does: a refusal comes before the body is asked for.
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const { writeContinue } = response
    let refused = false
    const { writeHead } = response
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      refused = true
      return writeHead.apply(response, args)
    }) as typeof writeHead
    answer(request, response, store)
    if (!refused) writeContinue.call(response)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const store: StoreServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: new Map(),
    requests: [],
    authorizations: [],
    fault: () => false,
    [Symbol.asyncDispose]: close,
  }
  return store
}
