// SPDX-License-Identifier: MIT
import type { CodeFiles } from './files.ts'

const ENTRY_BYTES = 16

/** The instructions that static branches patch while the kernel runs: kprobes refuse them. */
export const jumpLabels = async (
  markers: ReadonlyMap<string, bigint>,
  files: Pick<CodeFiles, 'bytes'>,
): Promise<ReadonlySet<bigint>> => {
  const [start, stop] = [markers.get('__start___jump_table'), markers.get('__stop___jump_table')]
  const labels = new Set<bigint>()
  if (start === undefined || stop === undefined || stop <= start) return labels
  const table = await files.bytes(start, Number(stop - start))
  // Each entry begins with the distance from itself to its code.
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES)
    labels.add(start + BigInt(at) + BigInt(table.readInt32LE(at)))
  return labels
}
