// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { networkEnv } from '../../lib/env.ts'
import { describeEnd, runProcess, succeeded } from '../../lib/process/run.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import type { TreeOptions } from './model.ts'
import { progressReporter } from './progress.ts'
import { type Offer, parseMadison } from './served.ts'

/** A package, as apt's signed lists describe it. */
export interface AptPackage {
  readonly url: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** The package lists in the cache, fetched without root: of the host's sources, or of Debian's suites. */
export type CacheLists = 'own' | 'suites'

/** Which package lists apt uses. */
export type Lists = 'host' | CacheLists

/** Parses the output of `apt-get --print-uris download`. */
export const parseUris = (text: string): AptPackage | undefined => {
  const match = /^'([^']+)' (\S+) (\d+) SHA256:([0-9a-f]{64})$/m.exec(text)
  if (!match) return undefined
  const [, url, file, bytes, sha256] = match as unknown as [string, string, string, string, string]
  return { url, file: decodeURIComponent(file), bytes: Number(bytes), sha256 }
}

/** `dlstatus:1:42.5:…` as 0.425. */
export const parseStatus = (line: string): number | undefined => {
  const match = /^dlstatus:\d+:([\d.]+):/.exec(line)
  return match ? Number(match[1]) / 100 : undefined
}

// Accept nothing unsigned, whatever the host's configuration says.
const STRICT = [
  '-o',
  'APT::Get::AllowUnauthenticated=false',
  '-o',
  'Acquire::AllowInsecureRepositories=false',
  '-o',
  'Acquire::AllowWeakRepositories=false',
  '-o',
  'Acquire::AllowDowngradeToInsecureRepositories=false',
]

/** The folder of the lists; one lock, `apt/lock`, is for both. */
export const listsFolder = (lists: CacheLists, cache: string): string =>
  lists === 'own' ? join(cache, 'apt') : join(cache, 'apt', 'suites')

const argv = (program: string, lists: Lists, cache: string, rest: readonly string[]): readonly string[] => [
  program,
  ...(lists === 'host' ? [] : ['-c', join(listsFolder(lists, cache), 'apt.conf')]),
  ...STRICT,
  ...rest,
]

const aptWords = (tail: readonly string[]): string | undefined =>
  tail.findLast((line) => line.startsWith('E: '))?.slice(3)

interface Told {
  readonly ok: boolean
  readonly text: string
  /** Why it failed. */
  readonly why: string
}

interface AptOptions extends TreeOptions {
  readonly cwd: string
  /** Names the step, when its progress is reported. */
  readonly detail?: string
}

/** Runs a program of apt with these lists. */
export const apt = async (
  program: 'apt-get' | 'apt-cache',
  lists: Lists,
  rest: readonly string[],
  { cache, context, cwd, detail }: AptOptions,
): Promise<Told> => {
  const report = detail === undefined ? undefined : progressReporter(context, detail)
  const lines: string[] = []
  const { ended, tail } = await runProcess(argv(program, lists, cache, rest), {
    cwd,
    env: { ...networkEnv(), DEBIAN_FRONTEND: 'noninteractive' },
    signal: context.signal,
    onLine: (line) => {
      const fraction = parseStatus(line)
      if (fraction === undefined) lines.push(line)
      else report?.(fraction)
    },
  })
  if (context.signal.aborted) throw new InterruptedError()
  if (ended.by === 'spawn')
    throw new HostError(
      `this host has no ${program}, which debian: trees need`,
      'use a release (--tree 6.1.100), tar:PATH, dir:PATH or git:URL#REF',
    )
  return { ok: succeeded(ended), text: lines.join('\n'), why: aptWords(tail) ?? describeEnd(ended) }
}

const ask = async (lists: Lists, rest: readonly string[], options: TreeOptions): Promise<string> => {
  const { ok, text } = await apt('apt-cache', lists, rest, { ...options, cwd: options.cache })
  return ok ? text : ''
}

/** The versions of a kernel series in these lists, the newest first. Fetches nothing. */
export const offersOf = async (release: string, lists: Lists, options: TreeOptions): Promise<readonly Offer[]> =>
  parseMadison(await ask(lists, ['madison', `linux-source-${release}`], options))

/** The versions of all kernel series in these lists. */
export const allOffers = async (lists: Lists, options: TreeOptions): Promise<readonly Offer[]> => {
  const names = (await ask(lists, ['pkgnames', 'linux-source-'], options)).split('\n')
  const kernels = names.filter((name) => /^linux-source-\d+\.\d+$/.test(name))
  return kernels.length === 0 ? [] : parseMadison(await ask(lists, ['madison', ...kernels], options))
}

/** `linux-source-6.12=6.12.117-1~deb12u1`: apt takes this version, whatever its preferences are. */
const argumentOf = ({ release, version }: Offer): string => `linux-source-${release}=${version}`

/** The file of this version, as apt's signed lists describe it; fetches nothing. */
export const describePackage = async (offer: Offer, lists: Lists, options: TreeOptions): Promise<AptPackage> => {
  const rest = ['--print-uris', 'download', argumentOf(offer)]
  const { ok, text, why } = await apt('apt-get', lists, rest, { ...options, cwd: options.cache })
  const found = ok ? parseUris(text) : undefined
  if (found) return found
  throw new HostError(
    `apt-get cannot download ${argumentOf(offer)}: ${ok ? 'it names no file with a sha256' : why}`,
    'check apt-get and its sources, then run again',
  )
}

/** Downloads the package into `dir`; returns the reason when it could not. */
export const downloadPackage = async (
  offer: Offer,
  lists: Lists,
  dir: string,
  options: TreeOptions,
): Promise<string | undefined> => {
  const flags = ['-q', '-o', 'APT::Status-Fd=1', 'download', argumentOf(offer)]
  const detail = `downloading linux-source-${offer.release}`
  const { ok, why } = await apt('apt-get', lists, flags, { ...options, cwd: dir, detail })
  return ok ? undefined : why
}
