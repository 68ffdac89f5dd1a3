// SPDX-License-Identifier: MIT
import { type ClientRequest, type IncomingMessage, request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Backend, StoreFault, type StorePlace } from './model.ts'

type HttpPlace = Extract<StorePlace, { kind: 'http' }>

const MISSING = [404, 410]
// No credentials, wrong ones, or a server that takes no uploads at all.
const REFUSED = [401, 403, 405, 501]

const faultOf = (status: number): StoreFault => {
  // Its place may have credentials in it, and would be another store than the one that was named.
  if (status >= 300 && status < 400) return new StoreFault('failed', `it answers with a redirect (HTTP ${status})`)
  return new StoreFault(REFUSED.includes(status) ? 'refused' : 'failed', `HTTP ${status}`)
}

const start = (
  { url, credentials }: HttpPlace,
  method: string,
  path: string,
  signal: AbortSignal,
  headers: Readonly<Record<string, string | number>> = {},
): ClientRequest => {
  const authorization = credentials()
  const request = (url.startsWith('https:') ? secure : plain)(`${url}/${path}`, {
    method,
    signal,
    // A connection of its own: one that is kept may be closed by the server at the moment of its use.
    agent: false,
    headers: { 'accept-encoding': 'identity', ...(authorization === undefined ? {} : { authorization }), ...headers },
  })
  // Also after the answer.
  request.on('error', () => undefined)
  return request
}

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
    request.once('close', () => reject(new Error('the connection was closed without an answer')))
  })

/** The answer without a body that anybody reads; undefined when the file is missing. */
const statusOnly = async (request: ClientRequest): Promise<IncomingMessage> => {
  const answer = await answerTo(request.end())
  answer.destroy()
  return answer
}

const isOk = (status: number): boolean => status >= 200 && status < 300

const READY_MS = 1000

/** Waits until the server wants the body, or has refused it unread; a server that never says so gets it after a second. */
const readyForBody = async (request: ClientRequest, answered: Promise<unknown>): Promise<void> => {
  const ready = new Promise((resolve) => request.once('continue', resolve))
  request.flushHeaders()
  const done = new AbortController()
  const late = sleep(READY_MS, undefined, { signal: done.signal }).catch(() => undefined)
  await Promise.race([ready, answered.catch(() => undefined), late])
  done.abort()
}

/**
 * Sends the body and returns the answer: also one that comes before all is sent, which is then the reason of the break. The
 * answer alone counts: a connection that closes right behind it looks like a break.
 */
const sendBody = (request: ClientRequest, answered: Promise<IncomingMessage>, source: Readable) => {
  const broken = pipeline(source, request).then(
    () => answered,
    async (error: unknown) => {
      await Promise.race([answered, sleep(READY_MS)])
      throw error
    },
  )
  broken.catch(() => undefined)
  return Promise.race([answered, broken])
}

const upload = async (request: ClientRequest, source: Readable): Promise<void> => {
  const answered = answerTo(request)
  answered.catch(() => undefined)
  try {
    let early: IncomingMessage | undefined
    answered.then(
      (answer) => {
        early = answer
      },
      () => undefined,
    )
    await readyForBody(request, answered)
    const { statusCode = 0 } = early ?? (await sendBody(request, answered, source))
    if (!isOk(statusCode)) throw faultOf(statusCode)
  } finally {
    source.destroy()
    request.destroy()
  }
}

/** A store that answers PUT, GET and HEAD. */
export const httpBackend = (place: HttpPlace): Backend => ({
  read: async (path, signal) => {
    const answer = await answerTo(start(place, 'GET', path, signal).end())
    const status = answer.statusCode ?? 0
    if (status === 200) return answer
    answer.destroy()
    if (MISSING.includes(status)) return undefined
    throw faultOf(status)
  },
  sizeOf: async (path, signal) => {
    const { statusCode, headers } = await statusOnly(start(place, 'HEAD', path, signal))
    const length = headers['content-length']
    // Whatever else it answers: the upload finds out.
    return statusCode === 200 && length !== undefined ? Number(length) : undefined
  },
  write: (path, source, size, signal) => {
    const headers = { 'content-type': 'application/octet-stream', 'content-length': size, expect: '100-continue' }
    return upload(start(place, 'PUT', path, signal, headers), source)
  },
})
