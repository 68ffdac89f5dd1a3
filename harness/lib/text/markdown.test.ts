// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { markdownCode, markdownFence, markdownHtml, markdownRow, markdownText } from './markdown.ts'

test('what Markdown would interpret is escaped', () => {
  expect(markdownText('a_b | <x>\n[1](2) @me #7')).toBe('a\\_b \\| \\<x\\> \\[1\\]\\(2\\) \\@me \\#7')
  expect(markdownCode('a `b` | c')).toBe("`a 'b' ¦ c`")
  expect(markdownHtml('<b> & @me')).toBe('&lt;b&gt; &amp; &#64;me')
})

test('a row keeps its number of cells, whatever their text', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
      const row = markdownRow(texts.map(markdownText))
      expect(row).not.toContain('\n')
      expect(row.slice(1, -1).match(/(?<!\\)(\\\\)*\|/g) ?? []).toHaveLength(texts.length - 1)
    }),
  )
})

test('a fence is longer than any run of backticks in it', () => {
  expect(markdownFence(['a'])).toEqual(['```', 'a', '```'])
  expect(markdownFence(['````', 'x'])).toEqual(['`````', '````', 'x', '`````'])
})
