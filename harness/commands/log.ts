// SPDX-License-Identifier: MIT
import { createReadStream } from 'node:fs'
import type { Command } from 'commander'
import { inertJson, inertText } from '../lib/text/clean.ts'
import { EXIT, UsageError } from '../model/errors.ts'
import type { Splat } from '../splat/index.ts'
import type { ReadFile } from '../splat/show.ts'
import type { Symbolized } from '../splat/symbols/index.ts'
import { blameFrom } from './shared/logtree.ts'

/** The flags of `zsharness log`. */
export interface LogFlags {
  readonly json?: boolean
  readonly expect?: string
  readonly stats?: boolean
  readonly vmlinux?: string
  readonly modules?: string
  readonly tree?: string
  readonly expectOom?: boolean
  readonly raw?: boolean
  readonly families?: boolean
}

type Write = (text: string) => void
type Symbolize = (splats: readonly Splat[]) => Promise<Symbolized>

const READ_BYTES = 1 << 20

// The engine is loaded when it is needed: help must stay fast.
const loadEngine = async () => ({
  ...(await import('../splat/index.ts')),
  ...(await import('../splat/show.ts')),
  ...(await import('../splat/printable.ts')),
})
type Engine = Awaited<ReturnType<typeof loadEngine>>

const openSymbols = async ({ vmlinux, modules }: LogFlags): Promise<Symbolize> => {
  if (vmlinux === undefined) return async (splats) => ({ splats, notes: [] })
  const { makeSymbolizer } = await import('../splat/symbols/index.ts')
  try {
    const symbolizer = makeSymbolizer({ vmlinux, modulesDir: modules })
    return (splats) => symbolizer.symbolize(splats)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new UsageError(`cannot read symbols: ${message}`, 'give the vmlinux of the kernel that wrote the log')
  }
}

/** The reports of a file, or why it cannot be read. */
const readOne = async ({ createSplatReader }: Engine, file: string, flags: LogFlags): Promise<ReadFile | string> => {
  const reader = createSplatReader({ expectOomKills: flags.expectOom === true })
  const stream = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: READ_BYTES })
  try {
    for await (const chunk of stream) reader.push(chunk as Uint8Array)
  } catch (error) {
    return (error as Error).message
  }
  const splats = reader.end()
  return { file, splats, ...reader.stats }
}

const render = ({ showFile }: Engine, result: ReadFile, flags: LogFlags): string =>
  flags.json === true
    ? `${inertJson({ file: result.file, splats: result.splats })}\n`
    : inertText(showFile(result, flags.raw === true))

const exitFor = (read: readonly ReadFile[], expected: string | undefined): number => {
  if (expected === undefined) return read.some(({ splats }) => splats.length > 0) ? EXIT.kernel : EXIT.ok
  const matches = (splat: Splat): boolean =>
    [splat.title, splat.bucket, `${splat.family}/${splat.kind}`].includes(expected)
  return read.every(({ splats }) => splats.some(matches)) ? EXIT.ok : EXIT.kernel
}

/** Reads the files one after another; returns the exit code. */
export const logCommand = async (files: readonly string[], flags: LogFlags, write: Write): Promise<number> => {
  const engine = await loadEngine()
  if (flags.families === true) {
    write(engine.showFamilies(engine.families))
    return EXIT.ok
  }
  if (files.length === 0) throw new UsageError('no file given', 'zsharness log FILE…, or - for standard input')
  if (flags.modules !== undefined && flags.vmlinux === undefined)
    throw new UsageError('--modules needs --vmlinux', 'add --vmlinux FILE of the same build')
  const complain = (text: string) => void process.stderr.write(`${inertText(engine.printable(`zsharness: ${text}`))}\n`)
  const symbolize = await openSymbols(flags)
  const blame = await blameFrom(flags.tree)
  const read: ReadFile[] = []
  for (const file of files) {
    const result = await readOne(engine, file, flags)
    if (typeof result === 'string') {
      complain(`${file}: ${result}`)
      continue
    }
    const symbolized = await symbolize(result.splats)
    const splats = await blame(symbolized.splats)
    symbolized.notes.forEach(complain)
    read.push({ ...result, splats })
    if (flags.stats !== true) write(render(engine, { ...result, splats }, flags))
  }
  if (flags.stats === true) write(inertText(engine.showStats(read)))
  return read.length < files.length ? EXIT.usage : exitFor(read, flags.expect)
}

/** `zsharness log`: read the console log of any kernel. */
export const registerLog = (program: Command): void => {
  program
    .command('log')
    .description('read kernel console logs and list the reports of the kernel')
    .argument('[file...]', 'console logs, dmesg, syslog or journal output; - for standard input')
    .option('--json', 'one JSON object per file: {file, splats}')
    .option('--expect <title>', 'succeed only when every file has a report with this title, bucket or family/kind')
    .option('--stats', 'count the bugs (buckets) of all files')
    .option('--vmlinux <file>', 'add file, line and inlined calls from this kernel')
    .option('--modules <dir>', "folder of the kernel's modules, for their frames")
    .option('--tree <dir>', 'the kernel source: name the file to blame, and its maintainers')
    .option('--expect-oom', 'the OOM killer is expected: do not report its kills')
    .option('--raw', 'also print the lines of each report')
    .option('--families', 'list the families and kinds of reports, and exit')
    .addHelpText(
      'after',
      '\nExit: 0 nothing found, 1 something found, 2 a file cannot be read. With --expect: 0 found, 1 not found.',
    )
    .action(async (files: string[], flags: LogFlags) => {
      process.exitCode = await logCommand(files, flags, (text) => process.stdout.write(text))
    })
}
