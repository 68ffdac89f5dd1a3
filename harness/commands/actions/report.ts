// SPDX-License-Identifier: MIT
import { writeAtomic } from '../../lib/files/atomic.ts'
import { inertText } from '../../lib/text/clean.ts'
import { UsageError } from '../../model/errors.ts'
import { NO_CONTEXT, type ReportContext } from '../../report/context.ts'
import { type ReportFormat, renderReport } from '../../report/formats.ts'
import { loadReport } from '../../report/load.ts'
import { publishedSchema, type Report } from '../../report/model.ts'
import { mergeShards } from '../../run/merge.ts'
import { describeChange } from '../../verdict/compare.ts'
import { gitIdentity } from '../shared/identity.ts'
import { requireOutput } from '../shared/output.ts'
import { resultsFrom } from '../shared/settings.ts'

/** The flags of `report`, not yet parsed. */
export interface ReportFlags {
  readonly format: ReportFormat
  readonly output?: string
  readonly schema?: boolean
  readonly origin?: string
  readonly baseUrl?: string
}

/** Refuses to print a page to a terminal. */
export const requireFile = (format: string, output: string | undefined): void => {
  if (format === 'html' && output === undefined && process.stdout.isTTY)
    throw new UsageError('will not print HTML to a terminal', 'add --output report.html, or choose another --format')
}

/** Writes a report to a file, or to standard output. */
export const writeOutput = async (text: string, output: string | undefined): Promise<void> => {
  if (output !== undefined) {
    await requireOutput('--output', output)
    return writeAtomic(output, text)
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(text)
}

/** Prints the JSON schema of a document, for programs that read it. */
export const writeSchema = (schema: unknown, output: string | undefined): Promise<void> =>
  writeOutput(`${JSON.stringify(schema, null, 2)}\n`, output)

const warn = (text: string): void => void process.stderr.write(`${inertText(`zsharness: ${text}`)}\n`)

/** Loads a run, and prints what could not be read of it. */
export const loadLoudly = async (spec: string): Promise<Report> => {
  const loaded = await loadReport(spec)
  loaded.problems.forEach(warn)
  return loaded
}

const originFrom = (text: string): string => {
  if (/^[a-z0-9_]{1,64}$/.test(text)) return text
  throw new UsageError(`--origin ${text}: not an origin of KCIDB`, 'it has lower-case letters, digits and _ only')
}

const urlFrom = (text: string): string => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text).href
  throw new UsageError(`--base-url ${text}: not a URL`, 'for example https://ci.example.org/results')
}

/** Refuses what the format has no use for. */
const requireKcidb = ({ format, origin, baseUrl }: ReportFlags): void => {
  if (format === 'kcidb') return
  const [flag] = [...(origin === undefined ? [] : ['--origin']), ...(baseUrl === undefined ? [] : ['--base-url'])]
  if (flag !== undefined)
    throw new UsageError(`${flag} is of --format kcidb alone`, `leave it out, or add --format kcidb`)
}

/** What a format needs of the user, from the flags. */
const flagged = (flags: ReportFlags): ReportContext => ({
  ...NO_CONTEXT,
  ...(flags.origin === undefined ? {} : { origin: originFrom(flags.origin) }),
  ...(flags.baseUrl === undefined ? {} : { baseUrl: urlFrom(flags.baseUrl) }),
})

/** The mail's part, from git; warns of what git does not know. */
const withIdentity = async (context: ReportContext, loaded: Report): Promise<ReportContext> => {
  const identity = await gitIdentity()
  const { hasNoRecipient } = await import('../../report/mail/mail.ts')
  const { trailerOf } = await import('../../report/mail/trailer.ts')
  const trailer = trailerOf(loaded, identity)
  if ('why' in trailer) warn(`the mail has no Tested-by: ${trailer.why}`)
  if (identity === null) warn('the mail has no From: git knows no name and address of yours')
  if (hasNoRecipient(loaded)) warn('the mail has no To: no address is known; give git send-email --to')
  return { ...context, identity }
}

/** Runs `zsharness report RUN`. */
export const report = async (spec: string | undefined, flags: ReportFlags): Promise<void> => {
  if (flags.schema) return writeSchema(publishedSchema(), flags.output)
  if (spec === undefined)
    throw new UsageError('report needs a run', 'for example: zsharness report results/latest --format junit')
  requireFile(flags.format, flags.output)
  requireKcidb(flags)
  const own = flagged(flags)
  const loaded = await loadLoudly(spec)
  const context = flags.format === 'mail' ? await withIdentity(own, loaded) : own
  await writeOutput(await renderReport(flags.format, loaded, context), flags.output)
}

/** The flags of `report merge`, not yet parsed. */
export interface MergeFlags {
  readonly results?: string
  readonly baseline?: string
}

/** Runs `zsharness report merge`. */
export const merge = async (specs: readonly string[], flags: MergeFlags): Promise<void> => {
  const { dir, run } = await mergeShards(specs, resultsFrom(flags.results), { baseline: flags.baseline })
  process.exitCode = run.exitCode
  const changes = (run.comparison?.changes ?? []).map(describeChange)
  const total = `${run.verdict}: ${run.cells.length} cells of ${specs.length} shards in ${dir}`
  for (const line of [...run.notes, ...changes, total]) process.stdout.write(`${inertText(line)}\n`)
}
