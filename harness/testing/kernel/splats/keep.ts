// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { joinFile, readingOf } from '../../corpus.ts'
import { readSplats } from '../../splats.ts'
import type { Segment } from './segments.ts'

const CORPUS = join(import.meta.dirname, '../../corpus')

const SHORT: Readonly<Record<string, string>> = { x86_64: 'x86' }

/** Adds what a kernel said to the corpus, with today's reading as its header; a log that is there already stays. */
export const keep = async ({ kind, text }: Segment, arch: string, version: string): Promise<string | undefined> => {
  const log = Buffer.from(text, 'latin1')
  const splats = readSplats(log)
  const [first] = splats
  if (first === undefined) return undefined
  const name = `captured-${SHORT[arch] ?? arch}-${kind}-${version}.log`
  const path = join(CORPUS, first.family, name)
  if (existsSync(path)) return undefined
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, joinFile(splats.map(readingOf), log))
  return path
}
