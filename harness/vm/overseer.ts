// SPDX-License-Identifier: MIT
import type { HostSample } from './hostsample.ts'
import { HostWatch } from './hostwatch.ts'
import type { Limits } from './limits.ts'
import type { Qmp } from './qmp.ts'
import { type GaveUp, type Phase, Watchdog } from './watchdog.ts'

const CHECK_EVERY_MS = 250
const QUIT_GRACE_MS = 1_500

/** What an overseer looks at. */
export interface Overseen {
  readonly limits: Limits
  /** Seconds that all lanes together may take. */
  readonly lanesS: number
  /** Whether output waits for the disk. */
  readonly behind: () => boolean
  readonly sample: (pid: number) => HostSample | undefined
  /** Whether a person debugs the guest now: no limit ends it then. */
  readonly patient?: () => boolean
  /** What is done before QEMU is asked to quit. */
  readonly beforeQuit?: (qmp: Qmp) => Promise<void>
}

/** Watches a boot: ends it when the guest takes too long or the host holds it up, and says whose fault that is. */
export class Overseer {
  /** Failures of the host, with what shows them: the boot says nothing about the kernel. */
  readonly host: string[] = []
  gaveUp: GaveUp | undefined
  /** This harness asked QEMU to quit. */
  left = false
  qmp: Qmp | undefined
  readonly #overseen: Overseen
  readonly #stop = new AbortController()
  readonly #watchdog: Watchdog
  readonly #watch: HostWatch
  readonly #timer: NodeJS.Timeout
  #pid: number | undefined
  #late = false

  constructor(overseen: Overseen) {
    const now = performance.now()
    this.#overseen = overseen
    this.#watchdog = new Watchdog(overseen.limits, overseen.lanesS, now)
    this.#watch = new HostWatch(CHECK_EVERY_MS, now)
    this.#timer = setInterval(() => this.#check(performance.now()), CHECK_EVERY_MS)
  }

  /** Aborts when QEMU did not follow the request to quit. */
  get stop(): AbortSignal {
    return this.#stop.signal
  }

  /** What held the guest up, if that can make a kernel report a stall. */
  get delays(): readonly string[] {
    return this.#watch.delays((this.#overseen.limits.rcuStallS * 1000) / 2)
  }

  /** QEMU runs as this process. */
  started(pid: number): void {
    this.#pid = pid
  }

  /** The guest printed or recorded something, and may have entered another phase by that. */
  heard(phase: Phase | undefined): void {
    const now = this.#watch.guestMs(performance.now())
    this.#watchdog.heard(now)
    if (phase) this.#watchdog.enter(phase, now)
  }

  /** How much of each second QEMU waited for a CPU; null where the host does not say. */
  get waitShare(): number | null {
    return this.#watch.waitShare()
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }

  #check(now: number): void {
    const { sample, behind } = this.#overseen
    const paused = this.qmp?.paused ?? false
    this.#watch.tick(now, this.#pid === undefined ? undefined : sample(this.#pid), { paused, behind: behind() })
    const guestMs = this.#watch.guestMs(now)
    const patient = this.#overseen.patient?.() ?? false
    const trouble = this.qmp?.diskError ?? (patient ? undefined : this.#watch.stuck())
    const late = trouble === undefined && !patient ? this.#watchdog.check(guestMs) : undefined
    // What the guest sent meanwhile is read before the next check.
    const sure = this.#late
    this.#late = late !== undefined
    if (trouble !== undefined) this.#end(this.#watchdog.giveUp(guestMs), trouble)
    else if (late && sure) this.#end(late, this.#watch.starvedSince(guestMs - late.afterS * 1000))
  }

  #end(gaveUp: GaveUp, trouble: string | undefined): void {
    clearInterval(this.#timer)
    this.gaveUp = gaveUp
    if (trouble !== undefined) this.host.push(trouble)
    void this.leave()
  }

  /** Asks QEMU to quit, and ends it when it does not. */
  async leave(): Promise<void> {
    this.left = true
    if (this.qmp) await this.#overseen.beforeQuit?.(this.qmp)
    this.qmp?.quit()
    setTimeout(() => this.#stop.abort(), QUIT_GRACE_MS).unref()
  }
}
