// SPDX-License-Identifier: MIT
import { type LavaLine, parseLava } from '../lines/lava.ts'
import { byLines } from './bylines.ts'
import { BOOT_LINE, passProgramText } from './entry.ts'
import type { InputFormat, Lines } from './input.ts'

const CONSOLES = new Set(['target', 'feedback'])
// LAVA switches the machine off and on for each boot that the job asks for.
const RESTART = /^start: [\d.]{1,20} (?:reset-device|pdu-reboot|power-?off|power-?on|hard-reset|boot-\w{1,30})\b/

const passLine = (lines: Lines, { level, text }: LavaLine, number: number): void => {
  if (CONSOLES.has(level)) lines.line(text, number)
  else if (RESTART.test(text)) lines.line(`${BOOT_LINE}of the job --`, number)
  else passProgramText(lines, text, number)
}

/** The log of a LAVA or tuxrun job: YAML or JSON, one object a line. */
export const lava: InputFormat = {
  name: 'LAVA',
  begins: /^(?:- )?\{ ?["']?dt["']?: ?[^\n]{0,80}["']?lvl["']?: ?/,
  open: (reader) =>
    byLines((raw, number) => {
      const line = parseLava(raw)
      // What is no line of LAVA's was written by something else in the job.
      if (line === undefined) reader.line(raw, number)
      else passLine(reader, line, number)
    }),
}
