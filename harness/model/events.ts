// SPDX-License-Identifier: MIT
import type { Finding } from './results.ts'

export type Step = 'tree' | 'patch' | 'config' | 'build' | 'guest' | 'boot' | 'lane' | 'judge'

/** What a run tells while it goes on; renderers turn it into text, nothing below a command prints. */
export type Event =
  /** The cells that will run, in order; first of a run. */
  | { readonly type: 'plan'; readonly cells: readonly string[] }
  | {
      readonly type: 'step'
      readonly scope: string
      readonly step: Step
      readonly state: 'start' | 'done' | 'cached'
      readonly detail?: string
    }
  /** `fraction` in 0…1, null when the end is not known; `remainingMs` when it can be told. */
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
      /** What a CI can pin to a line of the source. */
      readonly findings?: readonly Pick<Finding, 'kind' | 'title' | 'file' | 'line' | 'known'>[]
    }
  | {
      readonly type: 'run'
      readonly verdict: string
      readonly exitCode: number
      readonly text: string
      /** The run's folder. */
      readonly dir?: string
    }

export type Emit = (event: Event) => void

/** What long steps get passed: where to tell, whom to tell it of, and when to stop. */
export interface Context {
  readonly emit: Emit
  /** The cell or the tree that the work is for. */
  readonly scope: string
  readonly signal: AbortSignal
}
