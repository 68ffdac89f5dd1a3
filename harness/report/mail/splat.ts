// SPDX-License-Identifier: MIT
import type { Frame, Splat } from '../../splat/model.ts'
import { marked } from './lines.ts'

const MAX_HEAD = 6
const MAX_FRAMES = 10
const MAX_OLD_FRAMES = 6

// Time and caller, as printk prints them.
const PRINTK = /^\[\s*\d+\.\d+\](?:\[\s*[TC]\d+\])?\s?/
const STACK = /^\s*Call [Tt]race:/
// Registers, code bytes, page tables, lists of modules, rulers: nobody reads them in a mail.
const DETAIL =
  /^(?:[RE]?[A-Z]{2}\d*|R\d+|x\d+|sp|pc|lr|CR\d|Code|Hardware name|Modules linked in|Mem abort info|Data abort info|ESR|pstate) ?[:=]|^=+$|^PGD |^\s|^\[[0-9a-f]{8,}\]|^-+\[/

/** What the kernel printed before its stack: what happened, where, and in which task. */
const headOf = ({ lines }: Splat): readonly string[] => {
  const plain = lines.map((line) => line.replace(PRINTK, ''))
  const end = plain.findIndex((line) => STACK.test(line))
  return plain
    .slice(0, end < 0 ? plain.length : end)
    .filter((line) => line.trim() !== '' && !DETAIL.test(line))
    .slice(0, MAX_HEAD)
}

const frameLine = ({ function: name, location, module }: Frame): string =>
  ` ${name}${module === null ? '' : ` [${module}]`}${location === null ? '' : ` (${location})`}`

const framesOf = (frames: readonly Frame[], max: number): readonly string[] => {
  const shown = frames.slice(0, max).map(frameLine)
  return frames.length > max ? [...shown, ' ...'] : shown
}

// The detector's own functions: everybody knows them.
const OWN = /^_*(?:kasan|kfence|stack_trace_save|stack_depot_save)_/

/** The stack from the blamed function on, and who called into the kernel's checks from it. */
const stackOf = ({ frames, function: blamed }: Splat): readonly string[] => {
  const sure = frames.filter(({ unreliable }) => !unreliable)
  const at = sure.findIndex(({ function: name }) => name === blamed)
  return sure.length === 0 ? [] : ['Call Trace:', ...framesOf(sure.slice(Math.max(0, at - 1)), MAX_FRAMES)]
}

const oldStack = (title: string, frames: readonly Frame[]): readonly string[] => {
  const sure = frames.filter(({ unreliable, function: name }) => !unreliable && !OWN.test(name))
  return sure.length === 0 ? [] : [title, ...framesOf(sure, MAX_OLD_FRAMES)]
}

/** A report of the kernel as one would quote it to a maintainer: symbolised, without what nobody reads. */
export const splatLines = (splat: Splat): readonly string[] =>
  marked([
    ...headOf(splat),
    ...stackOf(splat),
    ...oldStack('Allocated by:', splat.allocStack),
    ...oldStack('Freed by:', splat.freeStack),
    ...(splat.corrupted === null ? [] : [`(this report is incomplete: ${splat.corrupted})`]),
  ])
