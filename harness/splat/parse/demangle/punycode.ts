// SPDX-License-Identifier: MIT

const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'

const adapt = (delta: number, count: number, isFirst: boolean): number => {
  let rest = isFirst ? Math.floor(delta / DAMP) : Math.floor(delta / 2)
  rest += Math.floor(rest / count)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}

interface Integer {
  readonly value: number
  readonly next: number
}

const readInteger = (text: string, from: number, bias: number): Integer | undefined => {
  let value = 0
  let weight = 1
  for (let at = from, k = BASE; at < text.length; at += 1, k += BASE) {
    const digit = DIGITS.indexOf(text.charAt(at))
    if (digit < 0 || weight > 2 ** 40) return undefined
    value += digit * weight
    const threshold = Math.min(T_MAX, Math.max(T_MIN, k - bias))
    if (digit < threshold) return { value, next: at + 1 }
    weight *= BASE - threshold
  }
  return undefined
}

/** The text of RFC 3492, as Rust writes it: `_` is before the digits; undefined when it is malformed. */
export const decodePunycode = (text: string): string | undefined => {
  const cut = text.lastIndexOf('_')
  const out = cut > 0 ? [...text.slice(0, cut)] : []
  let bias = 72
  let code = 128
  let place = 0
  for (let at = cut + 1; at < text.length; ) {
    const read = readInteger(text, at, bias)
    if (read === undefined) return undefined
    const count = out.length + 1
    bias = adapt(read.value, count, at === cut + 1)
    place += read.value
    code += Math.floor(place / count)
    place %= count
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return undefined
    out.splice(place, 0, String.fromCodePoint(code))
    place += 1
    at = read.next
  }
  return out.join('')
}
