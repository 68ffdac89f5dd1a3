// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'

/** Where a finding is, as ` (mm/zsmalloc.c:945)`; empty where that is not known. */
export const placeSuffix = ({ file, line }: Pick<Finding, 'file' | 'line'>): string =>
  file === null ? '' : ` (${file}${line === null ? '' : `:${line}`})`

/** A known finding in one line, with its remedy. */
export const describeKnown = (finding: Finding): string =>
  `${finding.title}${placeSuffix(finding)}${finding.remedy === null ? '' : `; remedy: ${finding.remedy}`}`

/** A finding in one line: its title, and for a compiler's message its place. */
export const describeFinding = (finding: Finding): string =>
  finding.oracle === 'warnings' ? `${finding.title}${placeSuffix(finding)}` : finding.title
