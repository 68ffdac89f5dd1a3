// SPDX-License-Identifier: MIT
import { InterruptedError } from '../model/errors.ts'
import type { Emit } from '../model/events.ts'
import { contentOf } from './bytes.ts'
import { faultFrom, Gate } from './gate.ts'
import { keyPath } from './keyfile.ts'
import { type Backend, type Content, type Store, type Stored, StoreFault, type StoreKind } from './model.ts'
import { Transfer } from './transfer.ts'

interface RemoteOptions {
  /** What it is called in messages. */
  readonly name: string
  readonly emit: Emit
  readonly signal: AbortSignal
  readonly stallMs: number
}

/** A store whose faults end here: they are reported once, and the run goes on without it. */
export class RemoteStore implements Store {
  readonly notes: string[] = []
  readonly #transfer: Transfer
  readonly #options: RemoteOptions
  readonly #reads = new Gate()
  readonly #writes = new Gate()
  /** Keys that this run has found whole. */
  readonly #whole = new Set<string>()
  /** Keys that this run has found damaged: an upload replaces them. */
  readonly #damaged = new Set<string>()

  constructor(backend: Backend, options: RemoteOptions) {
    this.#options = options
    this.#transfer = new Transfer(backend, options.signal, options.stallMs)
  }

  get name(): string {
    return this.#options.name
  }

  async get(kind: StoreKind, key: string, to: string, sha256?: string): Promise<Stored | undefined> {
    const path = keyPath(kind, key)
    if (!this.#reads.isOpen) return undefined
    try {
      const content = await this.#transfer.find(kind, key)
      if (content) await this.#fetch(content, to, sha256)
      this.#reads.passed()
      if (!content) return undefined
      this.#whole.add(path)
      return { file: to, ...content }
    } catch (error) {
      if (this.#options.signal.aborted) throw new InterruptedError()
      this.#readFailed(path, faultFrom(error))
      return undefined
    }
  }

  async #fetch(content: Content, to: string, sha256: string | undefined): Promise<void> {
    if (sha256 !== undefined && content.sha256 !== sha256)
      throw new StoreFault('damaged', `it names a file of sha256 ${content.sha256}, not ${sha256}`)
    await this.#transfer.fetch(content, to)
  }

  async put(kind: StoreKind, key: string, file: string): Promise<boolean> {
    const path = keyPath(kind, key)
    if (this.#whole.has(path)) return true
    try {
      const content = await contentOf(file, this.#options.signal)
      const had = await this.#has(kind, key, content)
      return had === 'no' ? await this.#send(kind, key, file, content) : had === 'yes'
    } catch (error) {
      if (!this.#options.signal.aborted) this.#writeFailed(faultFrom(error))
      return false
    }
  }

  async lacks(kind: StoreKind, key: string): Promise<boolean> {
    const path = keyPath(kind, key)
    if (this.#whole.has(path) || !this.#reads.isOpen || !this.#writes.isOpen) return false
    if (this.#damaged.has(path)) return true
    try {
      const found = await this.#transfer.find(kind, key)
      const isThere = found !== undefined && (await this.#transfer.has(found))
      this.#reads.passed()
      return !isThere
    } catch (error) {
      if (this.#options.signal.aborted) return false
      const fault = faultFrom(error)
      this.#readFailed(path, fault)
      return fault.kind === 'damaged'
    }
  }

  refuse(kind: StoreKind, key: string, why: string): void {
    const path = keyPath(kind, key)
    this.#whole.delete(path)
    this.#readFailed(path, new StoreFault('damaged', why))
  }

  /** Whether the store has this content under the key already; a read that fails here is one like any other. */
  async #has(kind: StoreKind, key: string, content: Content): Promise<'yes' | 'no' | 'unknown'> {
    const path = keyPath(kind, key)
    // What cannot be read is of no use to others, and an upload to it would only wait.
    if (!this.#reads.isOpen) return 'unknown'
    if (this.#damaged.has(path)) return 'no'
    try {
      const found = await this.#transfer.find(kind, key)
      const isThere = found?.sha256 === content.sha256 && (await this.#transfer.has(content))
      this.#reads.passed()
      return isThere ? 'yes' : 'no'
    } catch (error) {
      if (this.#options.signal.aborted) return 'unknown'
      const fault = faultFrom(error)
      this.#readFailed(path, fault)
      return fault.kind === 'damaged' ? 'no' : 'unknown'
    }
  }

  async #send(kind: StoreKind, key: string, file: string, content: Content): Promise<boolean> {
    if (!this.#writes.isOpen) return false
    await this.#transfer.send(kind, key, file, content)
    this.#writes.passed()
    const path = keyPath(kind, key)
    this.#damaged.delete(path)
    this.#whole.add(path)
    return true
  }

  #readFailed(path: string, fault: StoreFault): void {
    if (fault.kind === 'damaged') {
      if (!this.#damaged.has(path)) this.#note('warning', `${path}: ${fault.message}; it is not used`)
      this.#damaged.add(path)
    } else if (this.#reads.failed(fault)) this.#note('warning', `${fault.message}; the run goes on without it`)
  }

  #writeFailed(fault: StoreFault): void {
    const isFirst = this.#writes.failed(fault)
    if (!isFirst) return
    if (fault.kind === 'refused') this.#note('info', `it takes no uploads (${fault.message})`)
    else this.#note('warning', `an upload failed: ${fault.message}; the run goes on without it`)
  }

  #note(level: 'info' | 'warning', what: string): void {
    const text = `the store ${this.#options.name}: ${what}`
    this.notes.push(text)
    this.#options.emit({ type: 'note', scope: 'store', level, text })
  }
}
