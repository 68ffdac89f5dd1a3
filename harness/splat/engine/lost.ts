// SPDX-License-Identifier: MIT
import type { HeadMatch } from '../families.ts'

const REPORTED = new Set(['fatal-exception', 'on-warn', 'lockup'])
// Up to 4.0 the panic is the whole report of a hard lockup; a taint may come without a report.
const ALONE = /^(?:Watchdog detected hard LOCKUP on cpu|panic_on_taint)/
const AFTER_REPORT = /SError|^[kK]ernel stack overflow/

/** True for a panic before which the kernel always prints a report: the stack below it shows who noticed, not who is to blame. */
export const needsReport = ({ head, kind, match }: HeadMatch): boolean =>
  head.layer === 'panic' && !ALONE.test(match[1] ?? '') && (REPORTED.has(kind) || AFTER_REPORT.test(match[1] ?? ''))
