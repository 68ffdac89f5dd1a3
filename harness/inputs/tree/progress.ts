// SPDX-License-Identifier: MIT
import type { Context } from '../../model/events.ts'

const EVERY_MS = 200

/** Reports the progress of a tree step at most five times a second, and its end. */
export const progressReporter = (context: Context, detail: string): ((fraction: number | null) => void) => {
  const started = performance.now()
  let last = Number.NEGATIVE_INFINITY
  return (fraction) => {
    const now = performance.now()
    if (now - last < EVERY_MS && fraction !== 1) return
    last = now
    const spent = now - started
    const remainingMs =
      fraction !== null && fraction > 0.02 ? Math.round((spent / fraction) * (1 - fraction)) : undefined
    context.emit({
      type: 'progress',
      scope: context.scope,
      step: 'tree',
      fraction,
      detail,
      ...(remainingMs === undefined ? {} : { remainingMs }),
    })
  }
}

/** Emits a note about the tree. */
export const note = (context: Context, level: 'info' | 'warning', text: string): void =>
  context.emit({ type: 'note', scope: context.scope, level, text })
