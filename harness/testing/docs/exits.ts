// SPDX-License-Identifier: MIT
import { EXIT } from '../../model/errors.ts'
import { table } from './markdown.ts'

const MEANING: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'as expected',
  kernel: 'a kernel failure: `fail`, `not-fixed` or `regression`',
  usage: 'wrong usage or configuration',
  host: 'the host or the harness failed, which says nothing about the kernel',
  inconclusive: '`inconclusive`, `not-demonstrated` or `invalid`',
  interrupted: 'interrupted',
}

/** The exit codes as a table. */
export const exitTable = (): string =>
  table(
    ['Exit code', 'Meaning'],
    Object.entries(EXIT).map(([name, value]) => [String(value), MEANING[name as keyof typeof EXIT]]),
  )
