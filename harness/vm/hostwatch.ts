// SPDX-License-Identifier: MIT
import type { HostSample } from './hostsample.ts'
import { type Span, whyStarved } from './starved.ts'

/** What holds QEMU up at a moment, besides a lack of CPU time. */
export interface Hold {
  /** QEMU itself has paused the guest. */
  readonly paused: boolean
  /** The disk does not take the logs, so that the guest's output is not read. */
  readonly behind: boolean
}

type Cause = 'harness' | 'stopped' | 'paused' | 'behind'

const WORDS: Readonly<Record<Cause, string>> = {
  harness: 'this program was stopped or did not get a CPU',
  stopped: 'QEMU was stopped by a signal',
  paused: 'QEMU paused the guest',
  behind: 'the disk did not take the logs',
}

// In milliseconds: how late a check may be before the time counts as lost, and how long each hold is waited for.
const LATE_MS = 1_000
const PATIENCE_MS: Readonly<Partial<Record<Cause, number>>> = { stopped: 120_000, paused: 5_000, behind: 120_000 }
// The span in which a lack of CPU time is measured while the guest runs.
const WINDOW_MS = 5_000
const KEEP_EVERY_MS = 1_000

interface Kept extends HostSample {
  readonly atMs: number
  readonly blockedMs: number
}

const less = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : Math.max(0, a - b)

const spanOf = (from: Kept, to: Kept): Span => ({
  wallMs: to.atMs - from.atMs,
  cpuMs: Math.max(0, to.cpuMs - from.cpuMs),
  waitedMs: less(to.waitedMs, from.waitedMs),
  stealMs: less(to.stealMs, from.stealMs),
  pressureMs: less(to.pressureMs, from.pressureMs),
  blockedMs: to.blockedMs - from.blockedMs,
})

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/**
 * Measures the time that the host took from a boot, from checks at regular intervals. Limits on the guest run on
 * `guestMs`, a clock that stands still meanwhile. All arguments are milliseconds of one clock.
 */
export class HostWatch {
  readonly #everyMs: number
  readonly #lostMs: Record<Cause, number> = { harness: 0, stopped: 0, paused: 0, behind: 0 }
  readonly #kept: Kept[] = []
  #latest: Kept | undefined
  #lastMs: number
  #blockedMs = 0
  #starvedMs = 0
  #starvedWhy: string | undefined
  #windowFrom: Kept | undefined
  #hold: { readonly cause: Cause; ms: number } | undefined

  constructor(everyMs: number, nowMs: number) {
    this.#everyMs = everyMs
    this.#lastMs = nowMs
  }

  /** One check. */
  tick(nowMs: number, sample: HostSample | undefined, hold: Hold): void {
    const passedMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    if (passedMs > this.#everyMs + LATE_MS) this.#lose('harness', passedMs)
    else this.#note(sample?.stopped ? 'stopped' : hold.paused ? 'paused' : hold.behind ? 'behind' : undefined, passedMs)
    if (!sample) return
    if (sample.blocked) this.#blockedMs += passedMs
    this.#keep({ ...sample, atMs: nowMs, blockedMs: this.#blockedMs })
  }

  /** The time that the guest has had, on a clock that stands still while the host holds it up. */
  guestMs(nowMs: number): number {
    return nowMs - Object.values(this.#lostMs).reduce((sum, ms) => sum + ms, 0)
  }

  /** Why it makes no sense to wait any longer. */
  stuck(): string | undefined {
    if (!this.#hold) return undefined
    const { cause, ms } = this.#hold
    return ms > (PATIENCE_MS[cause] ?? Number.POSITIVE_INFINITY) ? `${WORDS[cause]} for ${seconds(ms)}` : undefined
  }

  /** Why QEMU could not run in the time since then, if the host kept it from running. */
  starvedSince(ms: number): string | undefined {
    const last = this.#kept.at(-1)
    const from = this.#kept.findLast(({ atMs }) => atMs <= ms) ?? this.#kept[0]
    return last && from ? whyStarved(spanOf(from, last)) : undefined
  }

  /** How much of each second QEMU's threads waited for a CPU, all together; null where the host does not say. */
  waitShare(): number | null {
    const [first] = this.#kept
    if (!first || !this.#latest || this.#latest.atMs === first.atMs) return null
    const { wallMs, waitedMs } = spanOf(first, this.#latest)
    return waitedMs === undefined ? null : waitedMs / wallMs
  }

  /** What held the guest up; empty when that is less than `leastMs` in all. */
  delays(leastMs: number): readonly string[] {
    const lost = Object.entries(this.#lostMs) as [Cause, number][]
    const total = lost.reduce((sum, [, ms]) => sum + ms, this.#starvedMs)
    if (total < leastMs) return []
    const held = lost.filter(([, ms]) => ms > 0).map(([cause, ms]) => `${WORDS[cause]} for ${seconds(ms)}`)
    const starved = this.#starvedWhy
    return starved === undefined ? held : [...held, `the host was too busy for ${seconds(this.#starvedMs)}: ${starved}`]
  }

  #lose(cause: Cause, ms: number): void {
    this.#lostMs[cause] += ms
  }

  #note(cause: Cause | undefined, ms: number): void {
    if (cause === undefined) {
      this.#hold = undefined
      return
    }
    // What one check sees may have lasted for a moment only.
    if (this.#hold?.cause !== cause) {
      this.#hold = { cause, ms: 0 }
      return
    }
    this.#lose(cause, ms)
    this.#hold.ms += ms
  }

  #keep(sample: Kept): void {
    this.#latest = sample
    const last = this.#kept.at(-1)
    if (!last || sample.atMs - last.atMs >= KEEP_EVERY_MS) this.#kept.push(sample)
    this.#windowFrom ??= sample
    const span = spanOf(this.#windowFrom, sample)
    if (span.wallMs < WINDOW_MS) return
    const why = whyStarved(span)
    if (why !== undefined) {
      this.#starvedMs += span.wallMs
      this.#starvedWhy = why
    }
    this.#windowFrom = sample
  }
}
