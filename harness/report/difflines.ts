// SPDX-License-Identifier: MIT

export interface DiffLine {
  readonly kind: 'file' | 'hunk' | 'add' | 'del' | 'same'
  readonly text: string
  /** The patched file and the line in it; null where there is none. */
  readonly file: string | null
  readonly line: number | null
}

export interface PatchLines {
  /** What stands before the diff. */
  readonly message: string
  readonly lines: readonly DiffLine[]
}

const HUNK = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/

class Reader {
  readonly lines: DiffLine[] = []
  #file: string | null = null
  #next = 0
  #old = 0
  #fresh = 0

  /** Whether the line belongs to the diff. */
  read(text: string): boolean {
    const hunk = HUNK.exec(text)
    if (hunk) {
      this.#old = Number(hunk[1] ?? 1)
      this.#fresh = Number(hunk[3] ?? 1)
      this.#next = Number(hunk[2])
      return this.#put('hunk', text, null)
    }
    if (this.#old > 0 || this.#fresh > 0) return this.#body(text)
    if (/^(diff --git|index|---|\+\+\+|new file|deleted file|rename|similarity|old mode|new mode) /.test(text)) {
      if (text.startsWith('+++ ')) this.#file = text.slice(4).replace(/^b\//, '').split('\t')[0]!
      return this.#put('file', text, null)
    }
    return false
  }

  #body(text: string): boolean {
    if (text.startsWith('\\')) return true
    if (text.startsWith('-')) {
      this.#old--
      return this.#put('del', text, null)
    }
    this.#fresh--
    if (text.startsWith('+')) return this.#put('add', text, this.#next++)
    this.#old--
    return this.#put('same', text, this.#next++)
  }

  #put(kind: DiffLine['kind'], text: string, line: number | null): boolean {
    this.lines.push({ kind, text, file: this.#file, line })
    return true
  }
}

/** A patch as lines with the places they have in the patched files. */
export const readPatch = (text: string): PatchLines => {
  const all = text.split('\n')
  const start = all.findIndex(
    (line, index) => line.startsWith('diff --git ') || (line.startsWith('--- ') && all[index + 1]?.startsWith('+++ ')),
  )
  if (start < 0) return { message: text.trim(), lines: [] }
  const reader = new Reader()
  for (const line of all.slice(start)) reader.read(line)
  return {
    message: all
      .slice(0, start)
      .join('\n')
      .replace(/^\s*---\n/, '')
      .trim(),
    lines: reader.lines,
  }
}
