// SPDX-License-Identifier: MIT

/** What the module prints before each kind; nothing after the name. */
const NOTICE = /\bzsharness_canary: ([a-z-]+)\r*$/

/** What of a console belongs to one kind. */
export interface Segment {
  readonly kind: string
  readonly text: string
}

/** A console, cut at the notices of the module: what the kernel printed from one notice to the next. */
export const segmentsOf = (console: string): readonly Segment[] => {
  const segments: { kind: string; lines: string[] }[] = []
  for (const line of console.split('\n')) {
    const kind = NOTICE.exec(line)?.[1]
    if (kind !== undefined) segments.push({ kind, lines: [line] })
    else segments.at(-1)?.lines.push(line)
  }
  return segments.map(({ kind, lines }) => ({ kind, text: `${lines.join('\n').trimEnd()}\n` }))
}
