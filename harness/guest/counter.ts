// SPDX-License-Identifier: MIT

/** The pause between the two readings. */
export const PAUSE_MS = 200

const PAUSE_NS = PAUSE_MS * 1_000_000

const u32 = (value: number): readonly number[] => [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff)
const u64 = (value: number): readonly number[] => [...u32(value), ...u32(0)]
const u16 = (value: number): readonly number[] => [value & 0xff, value >>> 8]

const SYSCALL = [0x0f, 0x05]
const RDTSC = [0x0f, 0x31]
const movEax = (value: number): readonly number[] => [0xb8, ...u32(value)]
const movEdi = (value: number): readonly number[] => [0xbf, ...u32(value)]

// x86_64 without a library. On the stack: two times of CLOCK_MONOTONIC (s, ns), each with the counter behind it.
const CODE: readonly number[] = [
  ...[0x48, 0x83, 0xec, 0x40], // sub rsp, 64
  ...[...movEax(228), ...movEdi(1), 0x48, 0x89, 0xe6, ...SYSCALL], // clock_gettime(CLOCK_MONOTONIC, rsp)
  ...[...RDTSC, 0x89, 0x44, 0x24, 0x10, 0x89, 0x54, 0x24, 0x14], // rsp[16] = counter
  ...[0x48, 0xc7, 0x44, 0x24, 0x30, ...u32(0)], // rsp[48] = 0 s
  ...[0x48, 0xc7, 0x44, 0x24, 0x38, ...u32(PAUSE_NS)], // rsp[56] = the pause
  ...[...movEax(35), 0x48, 0x8d, 0x7c, 0x24, 0x30, 0x31, 0xf6, ...SYSCALL], // nanosleep(rsp + 48, NULL)
  ...[...RDTSC, 0x89, 0x44, 0x24, 0x28, 0x89, 0x54, 0x24, 0x2c], // rsp[40] = counter
  ...[...movEax(228), ...movEdi(1), 0x48, 0x8d, 0x74, 0x24, 0x18, ...SYSCALL], // clock_gettime(…, rsp + 24)
  ...[...movEax(1), 0x89, 0xc7, 0x48, 0x89, 0xe6, 0xba, ...u32(48), ...SYSCALL], // write(1, rsp, 48)
  ...[...movEax(60), 0x31, 0xff, ...SYSCALL], // exit(0)
]

const BASE = 0x400000
const HEADERS = 64 + 56

const HEADER: readonly number[] = [
  ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, ...new Array<number>(9).fill(0)], // ELF, 64 bit, little endian
  ...[...u16(2), ...u16(62), ...u32(1), ...u64(BASE + HEADERS), ...u64(64), ...u64(0)], // executable, x86-64, entry
  ...[...u32(0), ...u16(64), ...u16(56), ...u16(1), ...u16(0), ...u16(0), ...u16(0)], // one program header
]

const SEGMENT: readonly number[] = [
  ...[...u32(1), ...u32(5), ...u64(0), ...u64(BASE), ...u64(BASE)], // loaded, readable and executable
  ...[...u64(HEADERS + CODE.length), ...u64(HEADERS + CODE.length), ...u64(0x1000)],
]

/**
 * A program for x86_64 hosts that reads the time and the time stamp counter twice: our own, so that no host needs a compiler
 * and no program of a stranger's bundle runs.
 */
export const counterProgram = (): Uint8Array => Uint8Array.from([...HEADER, ...SEGMENT, ...CODE])

/** The rate in kHz that its output shows; undefined for what is none. */
export const rateOf = (output: Buffer): number | undefined => {
  if (output.length !== 48) return undefined
  const at = (offset: number): bigint => output.readBigUInt64LE(offset)
  const ns = (at(24) - at(0)) * 1_000_000_000n + at(32) - at(8)
  const kHz = ns > 0n ? ((at(40) - at(16)) * 1_000_000n) / ns : 0n
  return kHz > 0n && kHz < 100_000_000n ? Number(kHz) : undefined
}
