// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseDiff } from './diff.ts'

type Change = 'edit' | 'create' | 'remove' | 'rename' | 'mode'
interface Made {
  readonly change: Change
  readonly path: string
  readonly other: string
  readonly hunks: readonly { readonly gap: number; readonly lines: readonly string[] }[]
}

// quote.c of git, with core.quotePath on.
const quote = (path: string): string => {
  const escaped = [...Buffer.from(path)].map((byte) => {
    const letter = '\u0007a\u0008b\tt\nn\u000bv\u000cf\rr""\\\\'
      .match(/../gs)!
      .find(([raw]) => raw!.charCodeAt(0) === byte)
    if (letter) return `\\${letter[1]}`
    return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte)
  })
  return escaped.join('') === path ? path : `"${escaped.join('')}"`
}
const named = (mark: string, path: string | undefined): string =>
  `${mark} ${path === undefined ? '/dev/null' : quote(path)}${path?.includes(' ') ? '\t' : ''}`

const namesOf = ({ change, path, other }: Made) => ({
  from: change === 'create' ? undefined : path,
  to: change === 'remove' ? undefined : change === 'rename' ? other : path,
})

const HEADS = {
  edit: () => ['index 1..2 100644'],
  create: () => ['new file mode 100644', 'index 0..1'],
  remove: () => ['deleted file mode 100644', 'index 1..0'],
  rename: ({ path, other }: Made) => [
    'similarity index 50%',
    `rename from ${quote(path)}`,
    `rename to ${quote(other)}`,
  ],
  mode: () => ['old mode 100644', 'new mode 100755'],
}

const KINDS = { ' ': 'same', '+': 'add', '-': 'del' } as const

/** The hunks with the numbers that their lines have. */
const numbered = ({ hunks }: Made) => {
  const next = { old: 1, new: 1 }
  return hunks.map(({ gap, lines }) => {
    next.old += gap
    next.new += gap
    const [oldStart, newStart] = [next.old, next.new]
    const all = lines.map((text) => {
      const kind = KINDS[text[0] as keyof typeof KINDS]
      const oldLine = kind === 'add' ? undefined : next.old++
      const newLine = kind === 'del' ? undefined : next.new++
      return { kind, text, oldLine, newLine }
    })
    const header = `@@ -${oldStart},${next.old - oldStart} +${newStart},${next.new - newStart} @@ f(void)`
    return { header, lines: all }
  })
}

const render = (made: Made): string => {
  const { from, to } = namesOf(made)
  const [a, b] = [`a/${from ?? to}`, `b/${to ?? from}`]
  const hunks = numbered(made).flatMap(({ header, lines }) => [header, ...lines.map(({ text }) => text)])
  return [
    `diff --git ${quote(a)} ${quote(b)}`,
    ...HEADS[made.change](made),
    ...(hunks.length === 0 ? [] : [named('---', from && a), named('+++', to && b), ...hunks]),
    '',
  ].join('\n')
}

const letter = fc.oneof(
  fc.constantFrom(...' .-_ab\t\n"\\äß€𝄞\u0001\u2028'),
  fc.string({ unit: 'grapheme', minLength: 1 }),
)
const part = fc
  .array(letter, { minLength: 1, maxLength: 8 })
  .map((letters) => letters.join('').replaceAll('/', '_'))
  .filter((name) => name !== '.' && name !== '..' && name === name.trim())
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const content = fc.oneof(
  fc.constantFrom('', '- ', '-- a/x', '++ b/x', '@@ -1 +1 @@', 'diff --git a/x b/x', '\\ No newline'),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
)
const hunk = fc.record({
  gap: fc.nat(50),
  lines: fc.array(
    fc.tuple(fc.constantFrom(' ', '+', '-'), content).map(([mark, text]) => `${mark}${text}`),
    { minLength: 1, maxLength: 8 },
  ),
})
const made: fc.Arbitrary<Made> = fc.record({
  change: fc.constantFrom<Change>('edit', 'create', 'remove', 'rename', 'mode'),
  path,
  other: path,
  hunks: fc.array(hunk, { maxLength: 3 }),
})

test('a diff as git writes it is read back: paths, lines and their numbers', () => {
  fc.assert(
    fc.property(fc.array(made, { maxLength: 4 }), fc.constantFrom('', 'words\n---\n x | 2 +-\n\n'), (all, message) => {
      const text = `${message}${all.map(render).join('')}-- \n2.39.5\n`
      const { files, problem } = parseDiff(text)
      expect(problem).toBeUndefined()
      expect(files.map(({ from, to, hunks }) => ({ from, to, hunks }))).toEqual(
        all.map((one) => ({ ...namesOf(one), hunks: numbered(one) })),
      )
    }),
  )
})
