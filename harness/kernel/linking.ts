// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Listing } from '../lib/files/listing.ts'
import { inPhase } from '../lib/phase.ts'
import { HostError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { watchClock } from './clock.ts'
import { moduleInterface, wasTouched } from './interface.ts'
import { BUILD_DIR } from './make.ts'

/** A kernel that is being linked. All that modules are compiled from is there, and is not proven yet. */
export interface Linking {
  /** The folder of its source, with the build folder in it. */
  readonly src: string
  /** What modules for it are compiled from, see `moduleInterface`. */
  readonly interface: string
  /** Waits for the end of the build; throws unless the kernel is proven, and has what modules are compiled from now. */
  readonly requireProven: () => Promise<void>
}

/**
 * Work beside the link, on one CPU. The build waits for its end, and does not fail with it. The context's signal aborts when
 * the build fails.
 */
export type WhileLinked = (linking: Linking, context: Context) => Promise<void>

interface Linked {
  readonly src: string
  readonly source: Listing
  readonly context: Context
}

// With BTF, a module is made from vmlinux as well.
const NEEDS_VMLINUX = /^CONFIG_DEBUG_INFO_BTF=y$/m

/** What runs beside the link of one kernel. Disposed before the kernel was proven, it is stopped. */
export class BesideLink implements AsyncDisposable {
  readonly #linked: Linked
  readonly #whileLinked: WhileLinked | undefined
  readonly #stop = new AbortController()
  readonly #proven: Promise<string | undefined>
  #settle: (proven: string | undefined) => void = () => undefined
  #running: Promise<void> | undefined

  constructor(linked: Linked, whileLinked: WhileLinked | undefined) {
    this.#linked = linked
    this.#whileLinked = whileLinked
    this.#proven = new Promise((resolve) => {
      this.#settle = resolve
    })
  }

  /** The link begins. Only the first call counts. */
  start(): void {
    if (this.#whileLinked) this.#running ??= this.#run(this.#whileLinked).catch(() => undefined)
  }

  async #run(whileLinked: WhileLinked): Promise<void> {
    const { src, source, context } = this.#linked
    const requireSteadyClock = watchClock()
    const since = Date.now()
    const signal = AbortSignal.any([context.signal, this.#stop.signal])
    if (NEEDS_VMLINUX.test(await readFile(join(src, BUILD_DIR, '.config'), 'utf8'))) return
    const before = await moduleInterface(src, source, signal)
    const requireProven = async (): Promise<void> => {
      if ((await this.#proven) !== before) throw new HostError('modules for this kernel are made of something else')
      // Equal contents do not show what was changed and changed back, nor a linker script that was half written.
      requireSteadyClock()
      if (await wasTouched(src, since)) throw new HostError('the build wrote what modules are made of')
    }
    await whileLinked({ src, interface: before, requireProven }, { ...context, signal })
  }

  /** The kernel is proven and has this interface: waits for the rest of the work. */
  async finish(proven: string): Promise<void> {
    this.#settle(proven)
    const running = this.#running
    if (running) await inPhase(this.#linked.context, 'wait for modules', () => running)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#settle(undefined)
    this.#stop.abort()
    await this.#running
  }
}
