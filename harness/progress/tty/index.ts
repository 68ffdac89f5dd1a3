// SPDX-License-Identifier: MIT

import { cleanLine } from '../../lib/text/clean.ts'
import type { Clock, Output, Renderer } from '../renderer.ts'
import { type FrameOptions, frame, lastFrame } from './frame.ts'
import { guardTerminal } from './guard.ts'
import { LiveArea } from './live.ts'
import { lookOf } from './look.ts'
import { advance, initialState } from './state.ts'

const FRAME_MS = 250

interface Resizable {
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

/** A live tree of the cells at a terminal. */
export const ttyRenderer = (out: Output & Resizable, clock: Clock): Renderer => {
  const look = lookOf(process.env)
  const live = new LiveArea(out)
  let state = initialState(clock())
  let closed = false
  const options = (): FrameOptions => ({ nowMs: clock(), look })
  // One column and one row stay free, so that no terminal wraps or scrolls.
  const lines = (): readonly string[] =>
    frame(state, { columns: (out.columns ?? 80) - 1, rows: Math.max(1, (out.rows ?? 24) - 1) }, options())
  const draw = (): void => live.draw(lines())
  const resized = (): void => live.redraw(lines(), out.columns ?? 80)
  const timer = setInterval(draw, FRAME_MS)
  timer.unref()
  out.on?.('resize', resized)
  const unguard = guardTerminal({ release: () => live.release(), resume: draw })
  return {
    onEvent: (event) => {
      state = advance(state, event, clock())
      if (event.type === 'note' && event.level === 'warning')
        live.draw(lines(), [`warning: ${cleanLine(event.scope)}: ${cleanLine(event.text)}`])
    },
    close: () => {
      if (closed) return
      closed = true
      clearInterval(timer)
      out.off?.('resize', resized)
      live.finish(lastFrame(state, options()))
      unguard()
    },
  }
}
