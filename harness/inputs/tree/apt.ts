// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { networkEnv } from '../../lib/env.ts'
import { exists } from '../../lib/files/exists.ts'
import { acquireLock } from '../../lib/locks/lock.ts'
import { describeEnd, runProcess, succeeded } from '../../lib/process/run.ts'
import { HostError, InterruptedError } from '../../model/errors.ts'
import type { TreeOptions } from './model.ts'
import { note, progressReporter } from './progress.ts'

/** A package, as apt's signed lists describe it. */
export interface AptPackage {
  readonly url: string
  readonly file: string
  readonly bytes: number
  readonly sha256: string
}

/** Which package lists apt uses: the host's, or those in the cache, which can be fetched without root. */
export type Lists = 'host' | 'own'

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

const folder = (cache: string): string => join(cache, 'apt')

const config = (dir: string): string => `Dir::State "${dir}/state";
Dir::Cache "${dir}/cache";
Acquire::Languages "none";
APT::Sandbox::User "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`

const argv = (lists: Lists, cache: string, rest: readonly string[]): readonly string[] => [
  'apt-get',
  ...(lists === 'own' ? ['-c', join(folder(cache), 'apt.conf')] : []),
  ...STRICT,
  ...rest,
]

const apt = async (lists: Lists, rest: readonly string[], options: TreeOptions, cwd: string, detail?: string) => {
  const report = detail === undefined ? undefined : progressReporter(options.context, detail)
  const lines: string[] = []
  const { ended, tail } = await runProcess(argv(lists, options.cache, rest), {
    cwd,
    env: { ...networkEnv(), DEBIAN_FRONTEND: 'noninteractive' },
    signal: options.context.signal,
    onLine: (line) => {
      const fraction = parseStatus(line)
      if (fraction === undefined) lines.push(line)
      else report?.(fraction)
    },
  })
  if (options.context.signal.aborted) throw new InterruptedError()
  return { ok: succeeded(ended), text: lines.join('\n'), why: aptWords(tail) ?? describeEnd(ended), ended }
}

const aptWords = (tail: readonly string[]): string | undefined =>
  tail.findLast((line) => line.startsWith('E: '))?.slice(3)

/** The newest version of the package in these lists; fetches nothing. */
export const findPackage = async (
  name: string,
  lists: Lists,
  options: TreeOptions,
): Promise<AptPackage | undefined> => {
  const { ok, text, ended } = await apt(lists, ['--print-uris', 'download', name], options, options.cache)
  if (ended.by === 'spawn')
    throw new HostError(
      'this host has no apt-get, which debian: trees need',
      'use a release (--tree 6.1.100), tar:PATH, dir:PATH or git:URL#REF',
    )
  return ok ? parseUris(text) : undefined
}

/** True when the cache has package lists. */
export const hasOwnLists = (cache: string): Promise<boolean> => exists(join(folder(cache), 'fetched'))

/** Fetches the lists of the host's apt sources into the cache, verified with the host's keyrings. */
export const fetchOwnLists = async (options: TreeOptions): Promise<void> => {
  const dir = folder(options.cache)
  await using _lock = await acquireLock(join(dir, 'lock'), { signal: options.context.signal })
  for (const name of ['state/lists/partial', 'cache/archives/partial'])
    await mkdir(join(dir, name), { recursive: true })
  await writeFile(join(dir, 'apt.conf'), config(dir))
  note(options.context, 'info', 'fetching package lists into the cache: the existing ones do not provide the package')
  const flags = ['-q', '-o', 'APT::Status-Fd=1', '-o', 'APT::Update::Error-Mode=any', 'update']
  const { ok, why } = await apt('own', flags, options, dir, 'fetching package lists')
  if (!ok)
    throw new HostError(
      `apt-get update failed: ${why}`,
      'check the network, /etc/apt/sources.list* and the keyrings that it names',
    )
  await writeFile(join(dir, 'fetched'), '')
}

/** Downloads the package into `dir`; returns the reason when it could not. */
export const downloadPackage = async (
  name: string,
  lists: Lists,
  dir: string,
  options: TreeOptions,
): Promise<string | undefined> => {
  const flags = ['-q', '-o', 'APT::Status-Fd=1', 'download', name]
  const { ok, why } = await apt(lists, flags, options, dir, `downloading ${name}`)
  return ok ? undefined : why
}
