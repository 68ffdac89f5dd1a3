// SPDX-License-Identifier: MIT
import { matchHead } from '../families.ts'
import { lookup, question, type Shape, type Text } from '../lines/shape.ts'
import type { Splat } from '../model.ts'
import { parseTask, parseWhere } from '../parse/facts.ts'

const ADDRESS_LENGTH = 16
/** An address in a shape. */
const ADDRESS = /\bffff[0-9a-f]{4}0{8}\b/g
const ADDRESS_SHOWN = /ffff[0-9a-f]{4}0{5}/

/**
 * Lines that the parser compares with one another: the one where a lock is taken, with those of the calls inlined there,
 * and the header line. Whether their addresses are equal is a part of what is known.
 */
const isCompared = question((text) => text.includes('at: ') || matchHead(text) !== undefined)

/** Where the addresses are in a shape that are compared. */
export const addressesIn = lookup((shape: Shape): readonly number[] =>
  shape.isExact || !isCompared(shape) ? [] : [...shape.text.matchAll(ADDRESS)].map(({ index }) => index),
)

const digitsAt = (text: string, at: number): string => /^\d+/.exec(text.slice(at, at + 8))?.[0] ?? ''

/** The number of a process that is in the text of a shape and no value, where a line names its task. */
const pidInText = lookup(({ text, pidAt }: Shape) => {
  const pid = parseWhere(text)?.pid ?? parseTask(text)?.pid
  return pidAt >= 0 && `${pid}` === digitsAt(text, pidAt) ? undefined : pid
})

const replaced = (text: string, at: number, by: string): string => text.slice(0, at) + by + text.slice(at + by.length)

/** What stands for the values of a report that are compared: equal values have the same, in all reports with the same key. */
export class StandIns {
  /** Each number of a process with what stands for it. */
  readonly #pids = new Map<number, number>()
  readonly #addresses = new Map<string, number>()
  readonly #records: readonly Text[]
  #pidsInText: readonly number[] | undefined
  /** There are more numbers of processes than stand-ins with as many digits. */
  areExhausted = false

  constructor(records: readonly Text[]) {
    this.#records = records
  }

  /** Stands for the number of a process, with as many digits: itself, where the text of the report has it too. */
  pid({ text, shape }: Text): number {
    const digits = digitsAt(text, shape.pidAt)
    const pid = Number(digits)
    const before = this.#pids.get(pid)
    if (before !== undefined) return before
    const standIn = this.#inText.includes(pid) ? pid : this.#free(digits.length)
    this.#pids.set(pid, standIn)
    return standIn
  }

  #free(digits: number): number {
    let standIn = 10 ** digits - 1
    while (this.#inText.includes(standIn) || this.#stands(standIn)) standIn -= 1
    if (standIn < 10 ** (digits - 1)) this.areExhausted = true
    return standIn
  }

  get #inText(): readonly number[] {
    if (this.#pidsInText !== undefined) return this.#pidsInText
    const found: number[] = []
    for (const { shape } of this.#records) {
      const pid = pidInText(shape)
      if (pid !== undefined) found.push(pid)
    }
    this.#pidsInText = found
    return found
  }

  #stands(pid: number): boolean {
    for (const standIn of this.#pids.values()) if (standIn === pid) return true
    return false
  }

  /** Stands for the address that is at this place. */
  address({ text }: Text, at: number): number {
    const address = text.slice(at, at + ADDRESS_LENGTH)
    const place = this.#addresses.get(address) ?? this.#addresses.size
    this.#addresses.set(address, place)
    return place
  }

  /** The text with stand-ins. */
  general(line: Text): string {
    const { shape } = line
    if (shape.isExact) return shape.text
    let { text } = shape
    for (const at of addressesIn(shape)) text = replaced(text, at + 8, `${this.address(line, at)}`.padStart(8, '0'))
    return shape.pidAt < 0 ? text : replaced(text, shape.pidAt, `${this.pid(line)}`)
  }

  /** The number of the process for which a number stands. */
  pidOf(found: number | null): number | null {
    for (const [pid, standIn] of this.#pids) if (standIn === found) return pid
    return found
  }

  /** Whether no stand-in is shown in a splat but where the number of a process is published. */
  areHidden({ pid: _, frames, allocStack, freeStack, access: __, cpu: ___, kernel, ...splat }: Splat): boolean {
    if (ADDRESS_SHOWN.test(JSON.stringify([splat, kernel, frames, allocStack, freeStack]))) return false
    const text = JSON.stringify(splat)
    for (const [pid, standIn] of this.#pids)
      if (pid !== standIn && new RegExp(`(?<!\\d)${standIn}(?!\\d)`).test(text)) return false
    return true
  }
}
