// SPDX-License-Identifier: MIT
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
  readonly follow?: boolean
}

const INPUTS = `Inputs, known by their content:
  consoles, dmesg (with any of its options, and --json), /dev/kmsg, syslog (RFC 3164 and 5424)
  journalctl: -o export, json, json-pretty, json-seq, and each form that prints lines
  pstore: give the folder, and the parts of a dump are read as one log, in the right order
  kdump's vmcore-dmesg.txt
  job logs of GitHub Actions, GitLab, LAVA and tuxrun
  each of them compressed by gzip, xz or zstd
In a folder, files that are no text are named on standard error and skipped.`

type Write = (text: string) => void
type Symbolize = (splats: readonly Splat[]) => Promise<Symbolized>

// The engine is loaded when it is needed: help must stay fast.
const loadEngine = async () => ({
  ...(await import('../splat/index.ts')),
  ...(await import('../splat/show.ts')),
  ...(await import('../splat/printable.ts')),
  ...(await import('./shared/logs.ts')),
  ...(await import('./shared/readlog.ts')),
  ...(await import('./shared/followlog.ts')),
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

const render = ({ showFile }: Engine, result: ReadFile, flags: LogFlags): string =>
  flags.json === true
    ? `${inertJson({ file: result.file, splats: result.splats, ...(result.dropped === 0 ? {} : { dropped: result.dropped }) })}\n`
    : inertText(showFile(result, flags.raw === true))

const exitFor = (read: readonly ReadFile[], expected: string | undefined): number => {
  if (expected === undefined) return read.some(({ splats }) => splats.length > 0) ? EXIT.kernel : EXIT.ok
  const matches = (splat: Splat): boolean =>
    [splat.title, splat.bucket, `${splat.family}/${splat.kind}`].includes(expected)
  return read.every(({ splats }) => splats.some(matches)) ? EXIT.ok : EXIT.kernel
}

interface Task {
  readonly engine: Engine
  readonly flags: LogFlags
  readonly write: Write
  readonly complain: Write
  readonly symbolize: Symbolize
}

interface AllRead {
  readonly read: readonly ReadFile[]
  /** Something could not be read. */
  readonly isIncomplete: boolean
}

const optionsOf = ({ expectOom }: LogFlags) => ({ expectOomKills: expectOom === true })

/** Reads the logs one after another. */
const readAll = async (files: readonly string[], task: Task): Promise<AllRead> => {
  const { engine, flags, write, complain, symbolize } = task
  const read: ReadFile[] = []
  let isIncomplete = false
  for await (const log of engine.findLogs(files)) {
    if ('problem' in log) {
      complain(`${log.path}: ${log.problem}`)
      isIncomplete ||= !log.isHarmless
      continue
    }
    const result = await engine.readLog(log, engine.createLogReader(optionsOf(flags)))
    for (const problem of result.problems) complain(`${log.name}: ${problem}`)
    isIncomplete ||= result.isIncomplete
    if (result.file === undefined) continue
    const { splats, notes } = await symbolize(result.file.splats)
    notes.forEach(complain)
    read.push({ ...result.file, splats })
    if (flags.stats !== true) write(render(engine, { ...result.file, splats }, flags))
  }
  return { read, isIncomplete }
}

/** Shows each report of a file as soon as it is complete. */
const showLive = (file: string, { engine, flags, write, complain, symbolize }: Task) => {
  let shown = 0
  let queue = Promise.resolve()
  const show = async (splat: Splat): Promise<void> => {
    const { splats, notes } = await symbolize([splat])
    notes.forEach(complain)
    const [one = splat] = splats
    if (flags.json === true) write(`${inertJson({ file, splats: [one] })}\n`)
    else
      write(
        inertText(
          `${[`${file}:`, ...engine.showSplat(one, shown, flags.raw === true)].map(engine.printable).join('\n')}\n\n`,
        ),
      )
    shown += 1
  }
  return {
    onSplat: (splat: Splat): void => {
      if (flags.stats !== true) queue = queue.then(() => show(splat))
    },
    done: (): Promise<void> => queue,
  }
}

/** Reads files as they grow, at once, until Ctrl-C. */
const followAll = async (files: readonly string[], task: Task): Promise<AllRead> => {
  const { engine, flags, write, complain } = task
  const { interruptSignal } = await import('../lib/process/interrupt.ts')
  const closed = new AbortController()
  // Nobody reads any longer.
  process.stdout.once('error', () => closed.abort())
  const followed = await Promise.all(
    files.map(async (file) => {
      const live = showLive(file, task)
      const result = await engine.followLog(file, {
        signal: AbortSignal.any([interruptSignal(), closed.signal]),
        note: complain,
        open: (onSplat) => engine.createLogReader({ ...optionsOf(flags), onSplat }),
        onSplat: live.onSplat,
      })
      await live.done()
      if (result.problem !== undefined) complain(`${file}: ${result.problem}`)
      return result
    }),
  )
  const read = followed.map((one) => one.file)
  if (flags.stats !== true && flags.json !== true)
    for (const one of read) write(inertText(`${engine.printable(engine.showCount(one))}\n`))
  return { read, isIncomplete: followed.some(({ problem }) => problem !== undefined) }
}

/** Adds source lines by --vmlinux, and by --tree the file to blame. */
const openSources = async (flags: LogFlags): Promise<Symbolize> => {
  const symbolize = await openSymbols(flags)
  const blame = await blameFrom(flags.tree)
  return async (splats) => {
    const { splats: symbolized, notes } = await symbolize(splats)
    return { splats: await blame(symbolized), notes }
  }
}

const checkFlags = (files: readonly string[], flags: LogFlags): void => {
  if (files.length === 0) throw new UsageError('no file given', 'zsharness log FILE…, or - for standard input')
  if (flags.modules !== undefined && flags.vmlinux === undefined)
    throw new UsageError('--modules needs --vmlinux', 'add --vmlinux FILE of the same build')
}

/** Reads the files; returns the exit code. */
export const logCommand = async (files: readonly string[], flags: LogFlags, write: Write): Promise<number> => {
  const engine = await loadEngine()
  if (flags.families === true) {
    write(engine.showFamilies(engine.families))
    return EXIT.ok
  }
  checkFlags(files, flags)
  const complain = (text: string) => void process.stderr.write(`${inertText(engine.printable(`zsharness: ${text}`))}\n`)
  const task: Task = { engine, flags, write, complain, symbolize: await openSources(flags) }
  const { read, isIncomplete } = await (flags.follow === true ? followAll(files, task) : readAll(files, task))
  if (flags.stats === true) write(inertText(engine.showStats(read)))
  return isIncomplete ? EXIT.usage : exitFor(read, flags.expect)
}

/** `zsharness log`: read the console log of any kernel. */
export const registerLog = (program: Command): void => {
  program
    .command('log')
    .description('read kernel console logs and list the reports of the kernel')
    .argument('[file...]', 'logs, or folders of logs; - for standard input')
    .option(
      '--json',
      'one JSON object per file: {file, splats}, and the number of reports beyond those as dropped; with --follow, one per report',
    )
    .option('--expect <title>', 'succeed only when every file has a report with this title, bucket or family/kind')
    .option('--stats', 'count the bugs (buckets) of all files')
    .option('--vmlinux <file>', 'add file, line and inlined calls from this kernel')
    .option('--modules <dir>', "folder of the kernel's modules, for their frames")
    .option('--tree <dir>', 'the kernel source: name the file to blame, and its maintainers')
    .option('--expect-oom', 'the OOM killer is expected: do not report its kills')
    .option('--raw', 'also print the lines of each report')
    .option('-f, --follow', 'read the files as they grow and print each report as soon as it is complete; Ctrl-C ends')
    .option('--families', 'list the families and kinds of reports, and exit')
    .addHelpText(
      'after',
      `
${INPUTS}

Exit: 0 nothing found, 1 something found, 2 a file cannot be read, or not to its end. With --expect: 0 found, 1 not found.
With --follow, Ctrl-C ends with the exit code for what was read.`,
    )
    .action(async (files: string[], flags: LogFlags) => {
      process.exitCode = await logCommand(files, flags, (text) => process.stdout.write(text))
    })
}
