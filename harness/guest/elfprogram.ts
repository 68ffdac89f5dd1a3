// SPDX-License-Identifier: MIT

const HEADER_BYTES = 64
const MAGIC = 0x7f454c46
const CLASS_64 = 2
const LITTLE = 1
const EXECUTABLE = [2, 3]
/** A program header that names the dynamic loader. */
const PT_INTERP = 3
const PH_BYTES = 56

const MACHINES: Readonly<Record<number, string>> = {
  3: 'x86 (32 bits)',
  40: 'arm (32 bits)',
  62: 'x86_64',
  183: 'arm64',
  243: 'riscv',
  22: 's390',
  21: 'ppc64',
}

const hasLoader = (file: Buffer): boolean => {
  const start = Number(file.readBigUInt64LE(32))
  const count = file.readUInt16LE(56)
  for (let index = 0; index < count; index++) {
    const at = start + index * PH_BYTES
    if (at + PH_BYTES > file.length) return false
    if (file.readUInt32LE(at) === PT_INTERP) return true
  }
  return false
}

/** Why a guest of this machine (e_machine of ELF) cannot run this file by itself; undefined when it can. */
export const whyNotRunnable = (file: Buffer, machine: number): string | undefined => {
  if (file.length < HEADER_BYTES || file.readUInt32BE(0) !== MAGIC)
    return file.subarray(0, 2).toString('latin1') === '#!'
      ? 'it is a script, and the guest has no interpreter'
      : 'it is neither a .c file nor an ELF program'
  const own = file.readUInt16LE(18)
  if (own !== machine || file[4] !== CLASS_64 || file[5] !== LITTLE)
    return `it is a program for ${MACHINES[own] ?? `machine ${own}`}, not for ${MACHINES[machine] ?? `machine ${machine}`}`
  if (!EXECUTABLE.includes(file.readUInt16LE(16))) return 'it is an object file, not a program'
  return hasLoader(file) ? 'it is dynamically linked, and the guest has no libraries' : undefined
}
