// SPDX-License-Identifier: MIT

/** A file that holds no text of a log, and what to do with it. */
export interface Foreign {
  readonly what: string
  readonly remedy: string
  /** False when it may hold a log that the remedy brings to light. */
  readonly isNoLog?: true
}

interface Kind extends Foreign {
  readonly at: number
  readonly magic: string
}

const KINDS: readonly Kind[] = [
  { at: 0, magic: 'BZh', what: 'it is compressed by bzip2', remedy: 'bzip2 -dc FILE | zsharness log -' },
  { at: 0, magic: '\x04\x22\x4d\x18', what: 'it is compressed by lz4', remedy: 'lz4 -dc FILE | zsharness log -' },
  { at: 0, magic: 'PK\x03\x04', what: 'it is a zip archive', remedy: 'unzip it, then: zsharness log FOLDER' },
  { at: 257, magic: 'ustar', what: 'it is a tar archive', remedy: 'extract it, then: zsharness log FOLDER' },
  {
    at: 0,
    magic: 'LPKSHHRH',
    what: 'it is a file of the systemd journal',
    remedy: 'journalctl --file FILE -o export | zsharness log -',
  },
  {
    at: 0,
    magic: 'KDUMP   ',
    what: 'it is a dump of the memory of a kernel',
    remedy: 'makedumpfile --dump-dmesg FILE dmesg.txt, then: zsharness log dmesg.txt',
  },
  {
    at: 0,
    magic: '\x7fELF',
    what: 'it is a program or a core dump',
    remedy: 'for a vmcore: vmcore-dmesg FILE | zsharness log -',
    isNoLog: true,
  },
]

/** How many first bytes the kinds need. */
export const FOREIGN_BYTES = 512

/** What a file is, by its first bytes, when it is known not to be the text of a log. */
export const foreignKind = (head: Uint8Array): Foreign | undefined => {
  const text = Buffer.from(head).toString('latin1')
  return KINDS.find(({ at, magic }) => text.startsWith(magic, at))
}

// Consoles have some NULs and other bytes of noise.
const MOST_CONTROLS = 0.3

/** Whether most of the bytes cannot be those of a console. */
export const isBinary = (head: Uint8Array): boolean => {
  let controls = 0
  for (const byte of head) if (byte < 32 && ![7, 8, 9, 10, 12, 13, 27].includes(byte)) controls += 1
  return controls > head.length * MOST_CONTROLS
}
