// SPDX-License-Identifier: MIT

// Types of relocations that write an address or an offset, of x86_64 and arm64, and how many bytes they write.
const BYTES: ReadonlyMap<number, 4 | 8> = new Map([
  [1, 8],
  [10, 4],
  [257, 8],
  [258, 4],
])

const ENTRY_BYTES = 24

/**
 * Writes into a debug section what the linker of a module would. `valueOfSymbol` has the values of its symbols; what depends on
 * another one becomes a number that is no address; the largest one has a meaning of its own in a list of ranges.
 */
export const relocate = (
  bytes: Buffer,
  relocations: Buffer,
  valueOfSymbol: (symbol: number) => bigint | undefined,
): Buffer => {
  const done = Buffer.from(bytes)
  for (let at = 0; at + ENTRY_BYTES <= relocations.length; at += ENTRY_BYTES) {
    const size = BYTES.get(relocations.readUInt32LE(at + 8))
    const place = Number(relocations.readBigUInt64LE(at))
    if (size === undefined || place + size > done.length) continue
    const value = valueOfSymbol(relocations.readUInt32LE(at + 12))
    const sum = value === undefined ? -2n : value + relocations.readBigInt64LE(at + 16)
    if (size === 8) done.writeBigUInt64LE(BigInt.asUintN(64, sum), place)
    else done.writeUInt32LE(Number(BigInt.asUintN(32, sum)), place)
  }
  return done
}
