// SPDX-License-Identifier: MIT

/**
 * The character at a place, 0 behind the end. `charCodeAt` answers NaN there, after which the engine of JavaScript calls
 * it as a function at each place of the program that asked: some ten times slower.
 */
export const codeAt = (text: string, at: number): number => (at < text.length ? text.charCodeAt(at) : 0)
