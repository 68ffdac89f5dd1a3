// SPDX-License-Identifier: MIT
import type { Output } from '../renderer.ts'
import { textWidth } from './width.ts'

const ESC = '\u001b['
// Synchronized output: a terminal that supports it shows a frame at once, the others ignore it.
const SYNC = { begin: `${ESC}?2026h`, end: `${ESC}?2026l` }
// While a frame is drawn nothing may wrap, even where the terminal takes a character for wider than we do.
const WRAP = { off: `${ESC}?7l`, on: `${ESC}?7h` }
const CURSOR = { hide: `${ESC}?25l`, show: `${ESC}?25h` }
const CLEAR = { line: `${ESC}K`, below: `${ESC}J` }
const SGR = /\u001b\[[0-9;]*m/g

const up = (rows: number): string => (rows > 0 ? `${ESC}${rows}A` : '')

// Cleared line by line: some terminals move a cleared screen into their history.
const left = (lines: readonly string[]): string => lines.map((line) => `${line}${CLEAR.line}\r\n`).join('')

/** The last lines of a terminal, redrawn in place; each frame is one write. */
export class LiveArea {
  readonly #out: Output
  #drawn: readonly string[] = []
  #hidden = false

  constructor(out: Output) {
    this.#out = out
  }

  /** Shows these lines where the last frame was; `above` is printed over them and stays. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const same = above.length === 0 && lines.length === this.#drawn.length
    if (same && lines.every((line, index) => line === this.#drawn[index])) return
    const body = same ? this.#changed(lines) : this.#whole(lines, above)
    this.#write(`${this.#hidden ? '' : CURSOR.hide}${WRAP.off}${this.#top(this.#drawn.length)}${body}${WRAP.on}`)
    this.#hidden = true
    this.#drawn = lines
  }

  /** Draws again after the terminal changed its width and wrapped the lines that became too long. */
  redraw(lines: readonly string[], columns: number): void {
    const rows = this.#drawn.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line.replace(SGR, '')) / Math.max(1, columns))),
      0,
    )
    this.#write(`${WRAP.off}${this.#top(rows)}${this.#whole(lines, [])}${WRAP.on}`)
    this.#drawn = lines
  }

  /** Prints these lines for good and restores the terminal. */
  finish(lines: readonly string[]): void {
    this.#write(`${this.#top(this.#drawn.length)}${left(lines)}${CLEAR.below}${CURSOR.show}`)
    this.#drawn = []
    this.#hidden = false
  }

  /** Restores the cursor below the last frame; the next frame starts there. */
  release(): void {
    if (!this.#hidden) return
    this.#write(`${WRAP.on}${CURSOR.show}\r\n`)
    this.#drawn = []
    this.#hidden = false
  }

  #top(rows: number): string {
    return rows === 0 ? '' : `\r${up(rows - 1)}`
  }

  #whole(lines: readonly string[], above: readonly string[]): string {
    const body = lines.map((line) => `${line}${CLEAR.line}`).join('\r\n')
    return `${above.length === 0 ? '' : `${WRAP.on}${left(above)}${WRAP.off}`}${body}${CLEAR.below}`
  }

  #changed(lines: readonly string[]): string {
    return lines.map((line, index) => (line === this.#drawn[index] ? '' : `${line}${CLEAR.line}`)).join('\r\n')
  }

  #write(text: string): void {
    this.#out.write(`${SYNC.begin}${text}${SYNC.end}`)
  }
}
