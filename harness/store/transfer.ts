// SPDX-License-Identifier: MIT
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { tempBeside } from '../lib/files/atomic.ts'
import { meter, textOf } from './bytes.ts'
import { blobPathOf, keyPath, keyText, MOST_KEY_BYTES, parseKey } from './keyfile.ts'
import { type Backend, type Content, StoreFault, type StoreKind } from './model.ts'
import { type Stall, until, watchStall } from './stall.ts'

/** The operations of a store, each within its time limit. They throw whatever goes wrong. */
export class Transfer {
  readonly #backend: Backend
  readonly #signal: AbortSignal
  readonly #stallMs: number

  constructor(backend: Backend, signal: AbortSignal, stallMs: number) {
    this.#backend = backend
    this.#signal = signal
    this.#stallMs = stallMs
  }

  async #limited<T>(work: (stall: Stall) => Promise<T>): Promise<T> {
    using stall = watchStall(this.#stallMs)
    const signal = AbortSignal.any([this.#signal, stall.signal])
    return await until(signal, work({ ...stall, signal }))
  }

  /** The content that a key names; undefined when the store does not have the key. */
  find(kind: StoreKind, key: string): Promise<Content | undefined> {
    return this.#limited(async ({ signal }) => {
      const source = await this.#backend.read(keyPath(kind, key), signal)
      return source && parseKey(kind, key, await textOf(source, MOST_KEY_BYTES))
    })
  }

  /** Fetches a content to a path: the whole, checked, or nothing. */
  fetch(content: Content, to: string): Promise<void> {
    const temp = tempBeside(to)
    return this.#limited(async ({ signal, moved }) => {
      try {
        await this.#receive(content, temp, signal, moved)
        signal.throwIfAborted()
        await rename(temp, to)
      } catch (error) {
        await rm(temp, { force: true })
        throw error
      }
    })
  }

  async #receive({ sha256, size }: Content, temp: string, signal: AbortSignal, moved: (bytes: number) => void) {
    const source = await this.#backend.read(blobPathOf({ sha256 }), signal)
    if (source === undefined) throw new StoreFault('damaged', 'the file that it names is not there')
    const { stream, content } = meter(size, moved)
    const target = createWriteStream(temp, { flags: 'wx' })
    let local: Error | undefined
    target.on('error', (error) => {
      if ('syscall' in error) local = error
    })
    try {
      await pipeline(source, stream, target, { signal })
    } catch (error) {
      throw local ? new Error(`its file cannot be kept on this host: ${local.message}`) : error
    }
    const had = content()
    if (had.size !== size) throw new StoreFault('damaged', `it has ${had.size} of ${size} bytes`)
    if (had.sha256 !== sha256) throw new StoreFault('damaged', `the sha256 of its file is ${had.sha256}, not ${sha256}`)
  }

  /** Whether the store has a content, as far as its size shows. */
  async has(content: Content): Promise<boolean> {
    const size = await this.#limited(({ signal }) => this.#backend.sizeOf(blobPathOf(content), signal))
    return size === content.size
  }

  /** Uploads a file with this content, then its key, which is nothing without it. */
  async send(kind: StoreKind, key: string, file: string, content: Content): Promise<void> {
    await this.#limited(async ({ signal, moved }) => {
      const passed = meter(content.size, moved)
      const source = createReadStream(file)
      source.on('error', (error) => passed.stream.destroy(error))
      passed.stream.on('close', () => source.destroy())
      source.pipe(passed.stream)
      await this.#backend.write(blobPathOf(content), passed.stream, content.size, signal)
      if (passed.content().sha256 !== content.sha256) throw new Error(`${file} changed while it was uploaded`)
    })
    const text = Buffer.from(keyText(kind, key, content))
    await this.#limited(({ signal }) =>
      this.#backend.write(keyPath(kind, key), Readable.from([text]), text.length, signal),
    )
  }
}
