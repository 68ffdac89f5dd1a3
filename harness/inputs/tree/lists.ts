// SPDX-License-Identifier: MIT
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exists } from '../../lib/files/exists.ts'
import { acquireLock } from '../../lib/locks/lock.ts'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import { apt, type CacheLists, listsFolder } from './apt.ts'
import type { TreeOptions } from './model.ts'
import { note } from './progress.ts'
import { DEBIAN, type Mirror, mirrorOf, missingSuites, SUITES, sourcesFile, TARGET_FORMAT } from './suites.ts'

// A preference of the host could hide a suite that it does not use itself.
const SUITES_ONLY = (dir: string): string => `Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "${dir}/sources";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "";
Acquire::GzipIndexes "true";
`

const config = (lists: CacheLists, dir: string): string => `Dir::State "${dir}/state";
Dir::Cache "${dir}/cache";
${lists === 'suites' ? SUITES_ONLY(dir) : ''}Acquire::Languages "none";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
APT::Sandbox::User "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`

const marker = (lists: CacheLists, cache: string): string => join(listsFolder(lists, cache), 'fetched')

const fetchedAt = (lists: CacheLists, cache: string): Promise<number | undefined> =>
  stat(marker(lists, cache)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  )

/** How old the lists of the cache are, in ms; undefined when they were not fetched. */
export const ageOf = async (lists: CacheLists, cache: string): Promise<number | undefined> => {
  const at = await fetchedAt(lists, cache)
  return at === undefined ? undefined : Date.now() - at
}

const prepare = async (lists: CacheLists, dir: string): Promise<void> => {
  const folders = ['state/lists/partial', 'cache/archives/partial', ...(lists === 'suites' ? ['sources'] : [])]
  for (const name of folders) await mkdir(join(dir, name), { recursive: true })
  await writeFile(join(dir, 'apt.conf'), config(lists, dir))
}

const update = (lists: CacheLists, dir: string, options: TreeOptions) => {
  const flags = ['-q', '-o', 'APT::Status-Fd=1', '-o', 'APT::Update::Error-Mode=any', 'update']
  return apt('apt-get', lists, flags, { ...options, cwd: dir, detail: 'fetching package lists' })
}

const updateOwn = async (dir: string, options: TreeOptions): Promise<void> => {
  note(options.context, 'info', "fetching package lists of the host's apt sources into the cache")
  const { ok, why } = await update('own', dir, options)
  if (!ok)
    throw new HostError(
      `apt-get update failed: ${why}`,
      'check the network, /etc/apt/sources.list* and the keyrings that it names',
    )
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring'

const findKeyring = async (): Promise<string> =>
  (await exists(`${KEYRING}.gpg`)) || !(await exists(`${KEYRING}.pgp`)) ? `${KEYRING}.gpg` : `${KEYRING}.pgp`

const hostMirror = async (options: TreeOptions): Promise<Mirror> => {
  const lists = (await fetchedAt('own', options.cache)) === undefined ? 'host' : 'own'
  const rest = ['indextargets', '--format', TARGET_FORMAT, 'Created-By: Packages']
  const { ok, text } = await apt('apt-get', lists, rest, { ...options, cwd: options.cache })
  return mirrorOf(ok ? text : '')
}

type Update = Awaited<ReturnType<typeof apt>>
type FetchSuites = (mirror: Mirror, suites: readonly string[]) => Promise<Update>

/** Tries the mirrors, then what each of them has; returns the reason when nothing was fetched. */
const tryMirrors = async (
  mirrors: readonly Mirror[],
  fetch: FetchSuites,
  options: TreeOptions,
): Promise<string | undefined> => {
  const failed: { readonly mirror: Mirror; readonly update: Update }[] = []
  for (const mirror of mirrors) {
    const all = await fetch(mirror, SUITES)
    if (all.ok) return undefined
    failed.unshift({ mirror, update: all })
  }
  // A mirror may have fewer suites, and Debian removes old ones.
  for (const {
    mirror,
    update: { text },
  } of failed) {
    const missing = missingSuites(text)
    const rest = SUITES.filter((suite) => !missing.includes(suite))
    if (missing.length === 0 || rest.length === 0 || !(await fetch(mirror, rest)).ok) continue
    note(options.context, 'warning', `${mirror.main} does not have ${missing.join(', ')}`)
    return undefined
  }
  return failed[0]?.update.why
}

const updateSuites = async (dir: string, options: TreeOptions): Promise<void> => {
  note(options.context, 'info', `fetching package lists of Debian's suites into the cache: ${SUITES.join(', ')}`)
  const arch = (await sh`dpkg --print-architecture`).stdout.trim()
  const keyring = await findKeyring()
  const file = join(dir, 'sources', 'debian.sources')
  const before = await readFile(file, 'utf8').catch(() => undefined)
  const host = await hostMirror(options)
  const isDebian = host.main === DEBIAN.main && host.security === DEBIAN.security
  const fetch: FetchSuites = async (mirror, suites) => {
    await writeFile(file, sourcesFile(mirror, suites, arch, keyring))
    return update('suites', dir, options)
  }
  const why = await tryMirrors(isDebian ? [DEBIAN] : [host, DEBIAN], fetch, options)
  if (why === undefined) return
  // The lists that are there belong to it.
  await (before === undefined ? rm(file, { force: true }) : writeFile(file, before))
  throw new HostError(
    `fetching the package lists of Debian's suites failed: ${why}`,
    (await exists(keyring)) ? 'check the network, then run again' : 'run: apt-get install debian-archive-keyring',
  )
}

/** Fetches the lists into the cache, verified with the host's keyrings; not when another run did since this was called. */
export const fetchLists = async (lists: CacheLists, options: TreeOptions): Promise<void> => {
  const asked = Date.now()
  const dir = listsFolder(lists, options.cache)
  await mkdir(dir, { recursive: true })
  await using _lock = await acquireLock(join(options.cache, 'apt', 'lock'), { signal: options.context.signal })
  if (((await fetchedAt(lists, options.cache)) ?? 0) > asked) return
  await prepare(lists, dir)
  await (lists === 'own' ? updateOwn : updateSuites)(dir, options)
  await writeFile(marker(lists, options.cache), '')
}
