// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type GuestRecord, ofType } from '../../guest/records.ts'
import { exists } from '../../lib/files/exists.ts'
import { addedBetween } from './added.ts'
import { type LineCounts, readGcov } from './gcov.ts'
import { listFile } from './listing.ts'
import type { Coverage } from './schema.ts'

export interface CoverageInputs {
  readonly records: readonly GuestRecord[]
  /** Sources without and with the patch. */
  readonly before: string
  readonly after: string
  readonly objects: string
  /** The toolchain's prefix: only the gcov of the compiler reads its notes. */
  readonly prefix: string
  readonly touched: readonly string[]
  /** The lines that the patch adds, where they are known; else the sources are compared. */
  readonly added?: Readonly<Record<string, readonly number[]>> | undefined
}

/** The counters of one of the touched files, by lane. */
export const countersOf = (
  records: readonly GuestRecord[],
  touched: readonly string[],
  own: string,
): ReadonlyMap<string, Uint8Array> => {
  const isOf = (file: string, source: string): boolean => file.endsWith(`/${source.replace(/\.c$/, '.gcda')}`)
  // The guest's paths begin with a folder of the build: those of arch/arm64/mm/ioremap.c end like those of mm/ioremap.c.
  const longer = touched.filter((other) => other.endsWith(`/${own}`))
  const parts = ofType(records, 'coverage').filter(
    ({ file }) => isOf(file, own) && !longer.some((other) => isOf(file, other)),
  )
  const lanes = new Map<string, Buffer[]>()
  for (const { lane, data } of parts) lanes.set(lane, [...(lanes.get(lane) ?? []), Buffer.from(data, 'base64')])
  return new Map([...lanes].map(([lane, buffers]) => [lane, Buffer.concat(buffers)]))
}

/** What is known when no gcov can read the counters. */
type Unread = 'unread'

const measureFile = async (
  inputs: CoverageInputs,
  file: string,
): Promise<Coverage['files'][number] | Unread | undefined> => {
  const notes = file.replace(/\.c$/, '.gcno')
  const path = join(inputs.objects, notes)
  const counters = countersOf(inputs.records, inputs.touched, file)
  if (counters.size === 0 || !(await exists(path))) return undefined
  const lanes = new Map<string, LineCounts>()
  for (const [lane, bytes] of counters) {
    const counts = await readGcov(`${inputs.prefix}gcov`, path, bytes, file)
    if (counts === undefined) return 'unread'
    lanes.set(lane, counts)
  }
  const added = inputs.added?.[file] ?? (await addedBetween(inputs.before, inputs.after, file))
  return listFile(file, await readFile(join(inputs.after, file), 'utf8'), added, lanes)
}

/**
 * How often each line that the patch adds ran, by the guest's gcov counters; undefined when it sent none, `unread` where
 * this host has no gcov for them.
 */
export const measureCoverage = async (inputs: CoverageInputs): Promise<Coverage | Unread | undefined> => {
  const files = await Promise.all(
    inputs.touched.filter((file) => file.endsWith('.c')).map((file) => measureFile(inputs, file)),
  )
  const found = files.filter((file) => file !== undefined)
  if (found.length === 0) return undefined
  const read = found.filter((file) => file !== 'unread')
  // Some lines are not all lines.
  return read.length < found.length ? 'unread' : { files: read }
}

const DOT_C = /^[\w.+/-]+\.c$/

/** Variables for make that build the touched files with counters; without GCOV_KERNEL they have no effect. */
export const gcovVariables = (touched: readonly string[]): readonly string[] => {
  // kbuild compiles no file of another name, and make would expand it.
  const files = touched.filter((file) => DOT_C.test(file))
  const names = [...new Set(files.map((file) => basename(file, '.c')))]
  // kbuild asks by name alone: arch/x86/boot/memory.o, which is linked without counters, would get those of mm/memory.o.
  return names.map((name) => {
    const dirs = files.filter((file) => basename(file, '.c') === name).map((file) => dirname(file))
    return `GCOV_PROFILE_${name}.o=$(if $(filter ${dirs.join(' ')},$(obj)),y)`
  })
}
