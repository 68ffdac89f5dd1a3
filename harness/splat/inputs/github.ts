// SPDX-License-Identifier: MIT
import { byLines } from './bylines.ts'
import { BOOT_LINE } from './entry.ts'
import type { InputFormat, Lines } from './input.ts'

const STAMP = /^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |$)/
const JOB_AND_STEP = /^([^\t\n]{1,300}\t[^\t\n]{0,300})\t/

// A machine does not outlive its step, nor does its boot follow from the one before.
const passLine = (lines: Lines, text: string, number: number): void =>
  lines.line(text.startsWith('##[group]Run ') ? `${BOOT_LINE}of another step --` : text, number)

/** The log of a GitHub Actions job: a stamp before each line. */
export const github: InputFormat = {
  name: 'GitHub Actions job',
  begins: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |\n|$)/,
  open: (reader) => byLines((raw, number) => passLine(reader, raw.replace(STAMP, ''), number)),
}

/** `gh run view --log`: the names of job and step stand before the stamp. */
export const githubView: InputFormat = {
  name: 'gh run view',
  begins: /^[^\t\n]{1,300}\t[^\t\n]{0,300}\t\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z(?: |\n|$)/,
  open: (reader) => {
    let before: string | undefined
    return byLines((raw, number) => {
      const names = JOB_AND_STEP.exec(raw)
      const text = (names === null ? raw : raw.slice(names[0].length)).replace(STAMP, '')
      if (names !== null && before !== undefined && names[1] !== before)
        reader.line(`${BOOT_LINE}of another step --`, number)
      before = names?.[1] ?? before
      passLine(reader, text, number)
    })
  },
}
