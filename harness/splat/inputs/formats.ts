// SPDX-License-Identifier: MIT
import { consoleText } from './console.ts'
import { dmesgJson } from './dmesg-json.ts'
import { github, githubView } from './github.ts'
import { gitlab } from './gitlab.ts'
import type { InputFormat } from './input.ts'
import { journalExport } from './journal-export.ts'
import { journalJson, journalJsonList } from './journal-json.ts'
import { journalText } from './journal-text.ts'
import { journalVerbose } from './journal-verbose.ts'
import { lava } from './lava.ts'

/** The forms in which people have logs. The last one takes everything. */
export const inputFormats: readonly InputFormat[] = [
  journalExport,
  dmesgJson,
  journalJson,
  journalJsonList,
  journalVerbose,
  journalText,
  lava,
  gitlab,
  github,
  githubView,
  consoleText,
]

const SAMPLE_BYTES = 4096
// A byte order mark may come first.
const FIRST_LINES = /^[\ufeff\s]*(\S[^\n]*\n\s*\S[^\n]*\n)/

/** The format of a log, from its first bytes; undefined while more of them are needed. */
export const formatOf = (head: Buffer, isAll: boolean): InputFormat | undefined => {
  const text = head.toString('utf8', 0, SAMPLE_BYTES)
  const lines = FIRST_LINES.exec(text)?.[1]
  if (lines === undefined && head.length < SAMPLE_BYTES && !isAll) return undefined
  const sample = lines ?? text.replace(/^[\ufeff\s]+/, '')
  return inputFormats.find(({ begins }) => begins.test(sample)) ?? consoleText
}
