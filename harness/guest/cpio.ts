// SPDX-License-Identifier: MIT

/** One file of an initramfs; modes are permission bits only. */
export type CpioEntry =
  | { readonly type: 'dir'; readonly path: string; readonly mode: number }
  | { readonly type: 'file'; readonly path: string; readonly mode: number; readonly data: Uint8Array }
  | {
      readonly type: 'char'
      readonly path: string
      readonly mode: number
      readonly major: number
      readonly minor: number
    }

const KIND = { dir: 0o040000, file: 0o100000, char: 0o020000 } as const
const BLOCK = 4

const pad = (length: number): Buffer => Buffer.alloc((BLOCK - (length % BLOCK)) % BLOCK)
const hex = (value: number): string => value.toString(16).padStart(8, '0').toUpperCase()

const header = (
  ino: number,
  mode: number,
  nlink: number,
  size: number,
  device: readonly [number, number],
  nameSize: number,
): string =>
  // magic, then 13 fields: ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  `070701${[ino, mode, 0, 0, nlink, 0, size, 0, 0, device[0], device[1], nameSize, 0].map(hex).join('')}`

const record = (
  ino: number,
  path: string,
  mode: number,
  nlink: number,
  data: Uint8Array,
  device: readonly [number, number],
): Buffer => {
  const name = Buffer.from(`${path}\0`)
  const head = Buffer.from(header(ino, mode, nlink, data.length, device, name.length), 'latin1')
  return Buffer.concat([head, name, pad(head.length + name.length), data, pad(data.length)])
}

const none = new Uint8Array()

const encode = (entry: CpioEntry, ino: number): Buffer => {
  const device = entry.type === 'char' ? ([entry.major, entry.minor] as const) : ([0, 0] as const)
  const data = entry.type === 'file' ? entry.data : none
  return record(ino, entry.path, KIND[entry.type] | entry.mode, entry.type === 'dir' ? 2 : 1, data, device)
}

/**
 * A newc archive, as the kernel unpacks it (Documentation/driver-api/early-userspace/buffer-format.rst). It is sorted,
 * and it has no times and no owners, so equal entries make equal bytes. Device nodes need no root.
 */
export const newcArchive = (entries: readonly CpioEntry[]): Uint8Array => {
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
  const records = sorted.map((entry, index) => encode(entry, index + 1))
  return Buffer.concat([...records, record(0, 'TRAILER!!!', 0, 1, none, [0, 0])])
}
