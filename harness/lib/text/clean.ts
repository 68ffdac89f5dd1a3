// SPDX-License-Identifier: MIT

// CSI, OSC and the other string sequences with their payload, then any two-byte escape.
const ESCAPES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])|\u009b[0-?]*[ -/]*[@-~]/g
// C0 except tab and newline, DEL, C1; and what changes the reading direction.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
// Half characters, which no encoding has, and what XML 1.0 forbids.
const NO_CHARACTERS = /[\p{Surrogate}\ufffe\uffff]/gu

/**
 * Text that is safe for a terminal, a log viewer and a page: no escape sequences, no control characters, only whole
 * characters. Keeps tabs and newlines.
 */
export const cleanText = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(CONTROLS, '').replace(NO_CHARACTERS, '\ufffd')

/** The same on one line. */
export const cleanLine = (text: string): string =>
  cleanText(text)
    .replace(/\s+/g, (blank) => (blank.includes('\n') ? ' ' : blank))
    .replaceAll('\t', ' ')

/** Text with each control character spelled out, as `\x1b`: safe, and nothing is lost. */
export const spellControls = (text: string): string =>
  text.replace(CONTROLS, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)

/**
 * Clean text in which a CI finds no command: GitHub's runner executes `::name::` at the start of a line of any output,
 * and the old form `##[name]` anywhere in it.
 */
export const inertText = (text: string): string =>
  cleanText(text)
    .replace(/^([^\S\n\r\u2028\u2029]*):(?=:)/gm, '$1: ')
    .replaceAll('##[', '## [')

/** A value as JSON on one line, in which neither a terminal nor a CI finds anything to execute. */
export const inertJson = (value: unknown): string =>
  JSON.stringify(value)
    .replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('##[', '#\\u0023[')
