// SPDX-License-Identifier: MIT
import type { Finding } from './results.ts'

/** The steps of a cell's work. */
export type Step = 'tree' | 'patch' | 'config' | 'build' | 'guest' | 'boot' | 'lane' | 'judge' | 'objects' | 'explore'

/** The progress of a run. Renderers turn events into text; nothing below a command prints. */
export type Event =
  /** The cells that will run, in order: the first event of a run, and again when cells are added. */
  | { readonly type: 'plan'; readonly cells: readonly string[]; readonly added?: readonly string[] }
  | {
      readonly type: 'step'
      readonly scope: string
      readonly step: Step
      readonly state: 'start' | 'done' | 'cached'
      readonly detail?: string
    }
  /** `fraction` is 0…1, or null when the total is unknown; `remainingMs` is the ETA when it is known. */
  | {
      readonly type: 'progress'
      readonly scope: string
      readonly step: Step
      readonly fraction: number | null
      readonly detail?: string
      readonly remainingMs?: number
    }
  | { readonly type: 'note'; readonly scope: string; readonly level: 'info' | 'warning'; readonly text: string }
  | {
      readonly type: 'cell'
      readonly scope: string
      readonly verdict: string
      readonly text: string
      /** Findings that a CI can annotate at a source line. */
      readonly findings?: readonly Pick<Finding, 'kind' | 'title' | 'file' | 'line' | 'known'>[]
      /** Set for what calls for nobody, whatever its verdict: a CI does not annotate it. */
      readonly aside?: boolean
    }
  | {
      readonly type: 'run'
      readonly verdict: string
      readonly exitCode: number
      readonly text: string
      /** The folder of the run. */
      readonly dir?: string
      /** The one command to go on with. */
      readonly next?: string
    }

/** Takes the events of a run. */
export type Emit = (event: Event) => void

/** What long steps need: where to report progress, for which cell or tree, and when to stop. */
export interface Context {
  readonly emit: Emit
  /** The cell or tree that the work is for. */
  readonly scope: string
  readonly signal: AbortSignal
  /** Takes what each phase of the work took; undefined where nobody asks. */
  readonly spent?: ((phase: string, ms: number) => void) | undefined
}
