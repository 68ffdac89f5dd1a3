// SPDX-License-Identifier: MIT
import { createWriteStream } from 'node:fs'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { HostError, InterruptedError, UsageError } from '../../model/errors.ts'
import { diskFull, isDiskFull } from './disk.ts'

export interface DownloadOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (fraction: number | null) => void
  readonly attempts?: number
  /** An attempt that receives nothing for this long fails. */
  readonly stallMs?: number
}

const NO_NETWORK = 'check the network, or fetch the file yourself and give it as tar:PATH'

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  )

const validatorFile = (part: string): string => `${part}.validator`

/** The request headers: for the rest of the same file, or for all of it. */
const rangeHeaders = async (part: string): Promise<Record<string, string>> => {
  const have = await sizeOf(part)
  const validator = await readFile(validatorFile(part), 'utf8').catch(() => '')
  // A compressing proxy would make the byte counts wrong.
  const headers = { 'accept-encoding': 'identity' }
  return have > 0 && validator !== '' ? { ...headers, range: `bytes=${have}-`, 'if-range': validator } : headers
}

interface Plan {
  readonly offset: number
  readonly total: number | undefined
}

/** Where the body belongs in the file, and the length of the file; undefined when the response does not fit. */
export const planOf = (status: number, headers: Headers, have: number): Plan | undefined => {
  if (status === 200) {
    const length = headers.get('content-length')
    return { offset: 0, total: length === null ? undefined : Number(length) }
  }
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '')
  if (status !== 206 || !match || Number(match[1]) !== have) return undefined
  return { offset: have, total: Number(match[2]) }
}

const refusal = (url: string, status: number): Error => {
  if (status === 404 || status === 410)
    return new UsageError(`${url} does not exist (HTTP ${status})`, 'check the version and the URL')
  return new HostError(`${url}: HTTP ${status}`, NO_NETWORK)
}

const watchStall = (stallMs: number) => {
  const controller = new AbortController()
  const arm = () => setTimeout(() => controller.abort(new Error(`no data for ${stallMs / 1000} s`)), stallMs)
  let timer = arm()
  return {
    signal: controller.signal,
    alive: () => {
      clearTimeout(timer)
      timer = arm()
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

const receive = async (response: Response, part: string, plan: Plan, onBytes: (total: number) => void) => {
  let total = plan.offset
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length
      onBytes(total)
      done(null, chunk)
    },
  })
  const body = response.body as unknown as Parameters<typeof Readable.fromWeb>[0]
  await pipeline(Readable.fromWeb(body), meter, createWriteStream(part, { flags: plan.offset > 0 ? 'a' : 'w' }))
  if (plan.total !== undefined && total !== plan.total) throw new Error(`received ${total} of ${plan.total} bytes`)
}

const attempt = async (url: string, part: string, options: DownloadOptions): Promise<void> => {
  using stall = watchStall(options.stallMs ?? 60_000)
  const have = await sizeOf(part)
  const signal = AbortSignal.any([options.signal, stall.signal])
  const response = await fetch(url, { headers: await rangeHeaders(part), signal })
  const plan = response.body ? planOf(response.status, response.headers, have) : undefined
  if (!plan) {
    await response.body?.cancel()
    // The part is longer than the file, or not a part of it: the next attempt starts from the beginning.
    if (response.status === 416 || response.status === 206) await rm(part, { force: true })
    throw refusal(url, response.status)
  }
  const validator = response.headers.get('etag') ?? response.headers.get('last-modified') ?? ''
  await writeFile(validatorFile(part), validator.startsWith('W/') ? '' : validator)
  await receive(response, part, plan, (bytes) => {
    stall.alive()
    options.onProgress?.(plan.total ? bytes / plan.total : null)
  })
}

/** Why fetch failed: its own message says only "fetch failed". */
const wordsOf = (error: unknown): string => {
  const { message, cause } = error as Error
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message
}

/** The error that ends the download; undefined when another attempt may help. */
const finalError = async (error: unknown, url: string, part: string, isLast: boolean): Promise<Error | undefined> => {
  if (error instanceof UsageError) return error
  if (isDiskFull(error)) return diskFull(dirname(part), url, error)
  if (!isLast) return undefined
  if (error instanceof HostError) return error
  return new HostError(`${url}: download failed: ${wordsOf(error)}`, NO_NETWORK, error)
}

/** Downloads `url` into the file `part`, resuming an earlier attempt; returns only when the file is complete. */
export const download = async (url: string, part: string, options: DownloadOptions): Promise<void> => {
  const attempts = options.attempts ?? 3
  for (let tries = 1; ; tries++) {
    try {
      await attempt(url, part, options)
      await rm(validatorFile(part), { force: true })
      return
    } catch (error) {
      if (options.signal.aborted) throw new InterruptedError()
      const final = await finalError(error, url, part, tries >= attempts)
      if (final) throw final
    }
  }
}
