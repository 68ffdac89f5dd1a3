// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cleanLine, cleanText, inertJson, inertText, spellControls } from './clean.ts'
import { cleanDeep } from './deep.ts'

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/
const piece = fc.constantFrom(
  '\u001b[',
  '\u001b]0;',
  '\u001b',
  '\u009b',
  '\u0007',
  '\r',
  '\n',
  '31m',
  '\ud800',
  '\u202e',
)
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.oneof(piece, fc.string())).map((pieces) => pieces.join('')),
)

test.each([
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007x', 'x'],
  ['\u001bPsecret\u001b\\x', 'x'],
  ['a\u0000b\u009b2Jc', 'abc'],
  ['a\r\nb\rc', 'a b c'],
  ['a\tb', 'a b'],
  ['\u202eevil', 'evil'],
  ['\ud800', '\ufffd'],
  ['\ufffe', '\ufffd'],
  ['😀', '😀'],
])('%j is shown as %j', (text, shown) => expect(cleanLine(text)).toBe(shown))

test('any text is clean after one cleaning', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const clean = cleanText(text)
      expect(clean).not.toMatch(CONTROL)
      expect(clean).not.toMatch(/[\p{Surrogate}\ufffe\uffff]/u)
      expect(cleanText(clean)).toBe(clean)
      expect(cleanLine(text)).not.toMatch(/[\t\n]/)
    }),
  )
})

test('control characters are spelled out', () => {
  expect(spellControls('a\u001b[2J\u202eb\n\tc')).toBe('a\\x1b[2J\\x202eb\n\tc')
  fc.assert(
    fc.property(anyText, (text) => {
      expect(spellControls(text)).not.toMatch(CONTROL)
    }),
  )
})

test('every string in a value is cleaned, keys included', () => {
  expect(cleanDeep({ 'k\u0000': ['a\u001b[1m', 1, null, { x: '\u202e' }] })).toEqual({ k: ['a', 1, null, { x: '' }] })
})

test.each([
  ['::error::x', ': :error::x'],
  ['a\n \t::set-output name=x::y', 'a\n \t: :set-output name=x::y'],
  ['a\r::error::x', 'a\n: :error::x'],
  ['\u001b[31m::error::x', ': :error::x'],
  [`${' '.repeat(500)}::error::x`, `${' '.repeat(500)}: :error::x`],
  ['x ##[error]y', 'x ## [error]y'],
  ['#\u0000#[error]y', '## [error]y'],
  ['mm::x', 'mm::x'],
])('a CI finds no command in %j', (text, expected) => {
  expect(inertText(text)).toBe(expected)
})

test('JSON for a log has the same value, and nothing that a terminal or a CI executes', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = inertJson({ text: `${text}##[error]` })
      expect(json).not.toMatch(CONTROL)
      expect(json).not.toContain('##[')
      expect(JSON.parse(json)).toEqual({ text: `${text}##[error]` })
    }),
  )
})
