// SPDX-License-Identifier: MIT
import { AnsiFilter } from './ansi.ts'
import type { InputFormat } from './input.ts'

/** Consoles, dmesg, syslog, journalctl's lines, pstore, kdump: the reader knows their prefixes. */
export const consoleText: InputFormat = {
  name: 'text',
  begins: /^/,
  open: (reader) => {
    const filter = new AnsiFilter((chunk) => reader.push(chunk))
    return {
      push: (chunk) => filter.push(chunk),
      end: () => {
        filter.end()
        return { lines: undefined, unread: undefined }
      },
    }
  },
}
