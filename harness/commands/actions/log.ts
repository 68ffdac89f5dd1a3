// SPDX-License-Identifier: MIT
import { createReadStream } from 'node:fs'
import { EXIT, UsageError } from '../../model/errors.ts'
import { createSplatReader, families, type Splat } from '../../splat/index.ts'
import { printable } from '../../splat/printable.ts'
import { type ReadFile, showFamilies, showFile, showStats } from '../../splat/show.ts'
import { makeSymbolizer } from '../../splat/symbols/index.ts'

/** The flags of `log`, not yet parsed. */
export interface LogFlags {
  readonly json?: boolean
  readonly expect?: string
  readonly stats?: boolean
  readonly vmlinux?: string
  readonly modules?: string
  readonly expectOom?: boolean
  readonly raw?: boolean
  readonly families?: boolean
}

type Write = (text: string) => void

const printProblem = (text: string): void => {
  process.stderr.write(`${printable(`zsharness: ${text}`)}\n`)
}

const render = (result: ReadFile, flags: LogFlags): string =>
  flags.json === true
    ? `${JSON.stringify({ file: result.file, splats: result.splats })}\n`
    : showFile(result, flags.raw === true)

const exitFor = (read: readonly ReadFile[], expected: string | undefined): number => {
  if (expected === undefined) return read.some(({ splats }) => splats.length > 0) ? EXIT.kernel : EXIT.ok
  const matches = (splat: Splat): boolean => splat.title === expected || `${splat.family}/${splat.kind}` === expected
  return read.every(({ splats }) => splats.some(matches)) ? EXIT.ok : EXIT.kernel
}

type Annotate = (splats: readonly Splat[]) => Promise<{ splats: readonly Splat[]; notes: readonly string[] }>

const annotator = async (flags: LogFlags): Promise<Annotate> => {
  if (flags.vmlinux === undefined) return async (splats) => ({ splats, notes: [] })
  try {
    const symbolizer = makeSymbolizer({ vmlinux: flags.vmlinux, modulesDir: flags.modules })
    return (splats) => symbolizer.symbolize(splats)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`cannot read symbols: ${message}`)
  }
}

/** What was read from the file, or why it cannot be read. */
const readOne = async (file: string, flags: LogFlags): Promise<ReadFile | string> => {
  const reader = createSplatReader({ expectOomKills: flags.expectOom === true })
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 })
  try {
    for await (const chunk of stream) reader.push(chunk as Uint8Array)
  } catch (error) {
    return (error as Error).message
  }
  const splats = reader.end()
  return { file, splats, ...reader.stats }
}

/** Runs `zsharness log` and returns the exit code. */
export const logCommand = async (files: readonly string[], flags: LogFlags, write: Write): Promise<number> => {
  if (flags.families === true) {
    write(showFamilies(families))
    return EXIT.ok
  }
  if (files.length === 0)
    throw new UsageError('no file given', 'give files, or - for standard input: zsharness log FILE…')
  if (flags.modules !== undefined && flags.vmlinux === undefined) throw new UsageError('--modules needs --vmlinux')
  const symbols = await annotator(flags)
  const read: ReadFile[] = []
  for (const file of files) {
    const result = await readOne(file, flags)
    if (typeof result === 'string') {
      printProblem(`${file}: ${result}`)
      continue
    }
    const { splats, notes } = await symbols(result.splats)
    notes.forEach(printProblem)
    read.push({ ...result, splats })
    if (flags.stats !== true) write(render({ ...result, splats }, flags))
  }
  if (flags.stats === true) write(showStats(read))
  return read.length < files.length ? EXIT.usage : exitFor(read, flags.expect)
}
