// SPDX-License-Identifier: MIT
import type { Finding } from '../model/results.ts'

/** Where a finding is, as ` (mm/zsmalloc.c:945)`; empty where nobody knows. */
export const placeText = ({ file, line }: Pick<Finding, 'file' | 'line'>): string =>
  file === null ? '' : ` (${file}${line === null ? '' : `:${line}`})`

/** A finding in one line: what, and for a compiler's message where. */
export const told = (finding: Finding): string =>
  finding.oracle === 'warnings' ? `${finding.title}${placeText(finding)}` : finding.title
