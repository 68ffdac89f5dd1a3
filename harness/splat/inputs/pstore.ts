// SPDX-License-Identifier: MIT

/** A record of pstore: a part of the kernel's log at a crash. */
export interface PstorePart {
  readonly name: string
  /** Its first line, such as `Panic#1 Part3`. */
  readonly first: string
}

const NAME = /^dmesg-([a-z]{2,20})-(\d{1,25})(?:\.enc\.z)?$/
const FIRST = /^([A-Z]\w{1,20})#(\d{1,9}) Part(\d{1,9})\b/

/** Whether a file has the name of a record of pstore. */
export const isPstoreName = (name: string): boolean => NAME.test(name)

const idOf = ({ name }: PstorePart): bigint => BigInt(NAME.exec(name)?.[2] ?? '0')

/**
 * The parts of each dump in the order of their text. The kernel writes the newest lines first, as part 1. Files whose
 * first line is none of pstore's are left out.
 */
export const pstoreDumps = (parts: readonly PstorePart[]): readonly (readonly string[])[] => {
  const dumps: { key: string; last: number; names: string[] }[] = []
  for (const part of [...parts].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))) {
    const [, reason, count, number] = FIRST.exec(part.first) ?? []
    if (number === undefined) continue
    const key = `${NAME.exec(part.name)?.[1]} ${reason} ${count}`
    const open = dumps.at(-1)
    if (open !== undefined && open.key === key && Number(number) > open.last) {
      open.names.unshift(part.name)
      open.last = Number(number)
    } else dumps.push({ key, last: Number(number), names: [part.name] })
  }
  return dumps.map(({ names }) => names)
}
