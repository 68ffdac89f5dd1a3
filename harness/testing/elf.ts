// SPDX-License-Identifier: MIT

const HEADER = 64
const SECTION = 64
const SHF_ALLOC = 2n

/** The smallest 64-bit ELF object whose one section counts as this many bytes of text. */
export const anObject = (textBytes: number): Buffer => {
  const file = Buffer.alloc(HEADER + 2 * SECTION)
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(1, 16) // e_type: relocatable
  file.writeUInt16LE(62, 18) // e_machine: x86_64
  file.writeBigUInt64LE(BigInt(HEADER), 40) // e_shoff
  file.writeUInt16LE(SECTION, 58) // e_shentsize
  file.writeUInt16LE(2, 60) // e_shnum; the names of the sections are in section 0, which is empty
  const section = HEADER + SECTION
  file.writeUInt32LE(1, section + 4) // sh_type: program bits
  file.writeBigUInt64LE(SHF_ALLOC, section + 8)
  file.writeBigUInt64LE(BigInt(textBytes), section + 32)
  return file
}
