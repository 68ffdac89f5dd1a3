// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GuestRecord, ofType } from '../guest/records.ts'

const fileName = (program: number, name: string, stream: string): string =>
  `${program}-${name.replace(/[^\w.-]+/g, '_')}.${stream}`

/** What the user's programs wrote, by the name of its file; a gap is where the guest left bytes out. */
export const outputsOf = (records: readonly GuestRecord[]): ReadonlyMap<string, Buffer> => {
  const files = new Map<string, { parts: Buffer[]; end: number }>()
  for (const { program, name, stream, offset, text } of ofType(records, 'workloadOutput')) {
    const file = fileName(program, name, stream)
    const known = files.get(file) ?? { parts: [], end: 0 }
    const gap = offset - known.end
    if (gap > 0) known.parts.push(Buffer.from(`\n[${gap} bytes left out]\n`))
    // The guest sends a character for each byte.
    known.parts.push(Buffer.from(text, 'latin1'))
    files.set(file, { parts: known.parts, end: offset + text.length })
  }
  return new Map([...files].map(([file, { parts }]) => [file, Buffer.concat(parts)]))
}

/** Writes what the user's programs wrote to the folder of the cell. */
export const writeOutputs = async (dir: string, records: readonly GuestRecord[]): Promise<void> => {
  const files = outputsOf(records)
  if (files.size > 0) await mkdir(join(dir, 'workload'), { recursive: true })
  for (const [name, bytes] of files) await writeFile(join(dir, 'workload', name), bytes)
}
