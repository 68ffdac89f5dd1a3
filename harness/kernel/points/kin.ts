// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Changed } from './changed.ts'
import { readSource, type SourceFunction, structsIn } from './source.ts'

/** The functions that a patch changes, and those that the source shows to share their data. */
export interface Kin {
  readonly changed: ReadonlySet<string>
  /** The files that the patch touches: elsewhere, a function of the same name is another one. */
  readonly files: ReadonlySet<string>
  /** `data`: they take the same lock, or use what changes outside of functions; `type`: they take the same struct. */
  readonly shares: ReadonlyMap<string, 'data' | 'type'>
}

const overlaps = (a: readonly string[], b: ReadonlySet<string>): boolean => a.some((one) => b.has(one))

const usesAny = ({ text }: SourceFunction, names: readonly string[]): boolean =>
  names.some((name) => new RegExp(`\\b${name}\\b`).test(text))

/** The structs that make functions share data: those of the file's own, or else those that are handed over. */
const sharedStructs = (texts: readonly string[], touched: readonly SourceFunction[]): ReadonlySet<string> => {
  const own = new Set(texts.flatMap(structsIn))
  const used = touched.flatMap(({ structs }) => structs).filter((name) => own.has(name))
  return new Set(used.length > 0 ? used : touched.flatMap(({ takes }) => takes))
}

/** Finds the kin of what a patch changes among the functions of these texts. */
export const kinOf = (texts: readonly string[], changed: Changed): Omit<Kin, 'files'> => {
  const own = new Set(changed.functions)
  const functions = texts.flatMap(readSource)
  const touched = functions.filter(({ name }) => own.has(name))
  const structs = sharedStructs(texts, touched)
  const locks = new Set(touched.flatMap((one) => one.locks))
  const shares = new Map<string, 'data' | 'type'>()
  for (const one of functions.filter(({ name }) => !own.has(name))) {
    if (overlaps(one.locks, locks) || usesAny(one, changed.names)) shares.set(one.name, 'data')
    else if (overlaps(one.structs, structs)) shares.set(one.name, 'type')
  }
  return { changed: own, shares }
}

/** The same of the files of a source. */
export const readKin = async (source: string, files: readonly string[], changed: Changed): Promise<Kin> => {
  const read = (file: string): Promise<string> => readFile(join(source, file), 'utf8').catch(() => '')
  const texts = await Promise.all(files.filter((file) => /\.[ch]$/.test(file)).map(read))
  return { ...kinOf(texts, changed), files: new Set(files) }
}
