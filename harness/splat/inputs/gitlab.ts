// SPDX-License-Identifier: MIT
import { byLines } from './bylines.ts'
import type { InputFormat } from './input.ts'

const LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z ([0-9a-f]{2}[OE])([ +]|$)(.*)$/
const SECTION = /section_(?:start|end):\d{1,12}:[\w.[\]=,-]{1,200}\r(?:\u001b\[0K)?/g
const MAX_TEXT = 64 * 1024

/** The log of a GitLab job with stamps: `2026-01-01T00:00:00.000000Z 00O text`; a `+` continues the line before. */
export const gitlab: InputFormat = {
  name: 'GitLab job',
  begins: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}Z [0-9a-f]{2}[OE][ +\n]/,
  open: (reader) => {
    let held: { stream: string; text: string; number: number } | undefined
    const flush = (): void => {
      if (held !== undefined) reader.line(held.text, held.number)
      held = undefined
    }
    return byLines((raw, number) => {
      const [, stream, mark, rest = ''] = LINE.exec(raw) ?? []
      const text = (stream === undefined ? raw : rest).replace(SECTION, '')
      if (mark === '+' && held?.stream === stream && held !== undefined && held.text.length < MAX_TEXT) {
        held.text += text
        return
      }
      flush()
      if (stream === undefined) reader.line(text, number)
      else held = { stream, text, number }
    }, flush)
  },
}
