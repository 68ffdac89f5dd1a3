// SPDX-License-Identifier: MIT
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { type AptPackage, apt, parseUris } from '../inputs/tree/apt.ts'
import { unpackFile } from '../inputs/tree/dpkg.ts'
import type { TreeOptions } from '../inputs/tree/model.ts'
import { DEBIAN, sourcesFile } from '../inputs/tree/suites.ts'
import { obtain } from '../lib/cache/store.ts'
import { exists } from '../lib/files/exists.ts'
import { hashFile, sha256Of } from '../lib/files/hash.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { whyNotRunnable } from './elfprogram.ts'

/** The Debian package with the shell of a guest. */
const BUSYBOX_PACKAGE = 'busybox-static'

const SUITE = 'bookworm'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring'

/** Debian's names of architectures. */
const DEBIAN_ARCH: Readonly<Record<Arch['name'], string>> = { x86_64: 'amd64', arm64: 'arm64' }

/** What the cache stores about a busybox. */
interface BusyboxMeta {
  readonly hash: string
}

const NAME = 'busybox'

/** The busybox of this host, where a guest of this architecture can run it. */
const hostBusybox = async (arch: Arch): Promise<Buffer | undefined> => {
  const path = (await sh`command -v ${NAME}`).stdout.trim()
  const data = path === '' ? undefined : await readFile(path).catch(() => undefined)
  return data && whyNotRunnable(data, arch.elfMachine) === undefined ? data : undefined
}

// The lists of another architecture are nobody's: they are fetched for this one file.
const aptConfig = (dir: string, arch: string): string => `Dir::State "${dir}/state";
Dir::State::status "${dir}/status";
Dir::Cache "${dir}/cache";
Dir::Etc::SourceList "/dev/null";
Dir::Etc::SourceParts "${dir}/sources";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "${arch}";
APT::Architectures { "${arch}"; };
Acquire::Languages "none";
APT::Sandbox::User "";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`

const prepare = async (dir: string, arch: string): Promise<string> => {
  for (const name of ['state/lists/partial', 'cache/archives/partial', 'sources'])
    await mkdir(join(dir, name), { recursive: true })
  const keyring = (await exists(`${KEYRING}.gpg`)) ? `${KEYRING}.gpg` : `${KEYRING}.pgp`
  await writeFile(join(dir, 'status'), '')
  await writeFile(join(dir, 'sources', 'debian.sources'), sourcesFile(DEBIAN, [SUITE], arch, keyring))
  await writeFile(join(dir, 'apt.conf'), aptConfig(dir, arch))
  return join(dir, 'apt.conf')
}

const failed = (arch: string, why: string): HostError =>
  new HostError(
    `${BUSYBOX_PACKAGE} for ${arch} cannot be downloaded: ${why}`,
    `check the network; for the architecture of this host, apt-get install ${BUSYBOX_PACKAGE} is enough`,
  )

const askApt = async (rest: readonly string[], arch: string, options: TreeOptions & { readonly cwd: string }) => {
  const { ok, text, why } = await apt('apt-get', 'host', rest, options)
  if (!ok) throw failed(arch, why)
  return text
}

const download = async (dir: string, arch: string, options: TreeOptions): Promise<string> => {
  const conf = ['-c', await prepare(dir, arch)]
  const here = { ...options, cwd: dir }
  await askApt([...conf, '-q', '-o', 'APT::Update::Error-Mode=any', 'update'], arch, here)
  const found: AptPackage | undefined = parseUris(
    await askApt([...conf, '--print-uris', 'download', BUSYBOX_PACKAGE], arch, here),
  )
  if (found === undefined) throw failed(arch, 'apt names no file with a sha256')
  await askApt([...conf, '-q', 'download', BUSYBOX_PACKAGE], arch, here)
  // Its name has the version as a URL has it.
  const [name = found.file] = (await readdir(dir)).filter((one) => one.endsWith('.deb'))
  const file = join(dir, name)
  const sha256 = await hashFile(file)
  if (sha256 !== found.sha256) throw failed(arch, `its sha256 is ${sha256}, but apt's signed list says ${found.sha256}`)
  return file
}

const unpack = async (deb: string, arch: Arch, dir: string, { signal }: Context): Promise<string> => {
  for (const path of ['bin/busybox', 'usr/bin/busybox']) {
    await unpackFile(deb, path, dir, signal)
    const file = join(dir, path)
    if (!(await exists(file))) continue
    const why = whyNotRunnable(await readFile(file), arch.elfMachine)
    if (why !== undefined) throw new HostError(`the busybox of ${deb} is of no use: ${why}`)
    return file
  }
  throw new HostError(`${deb} has no busybox in it`)
}

const make = async (arch: Arch, staging: string, options: TreeOptions): Promise<BusyboxMeta> => {
  const data = await inTempDir('busybox', async (dir) =>
    readFile(await unpack(await download(dir, DEBIAN_ARCH[arch.name], options), arch, dir, options.context)),
  )
  await mkdir(staging, { recursive: true })
  await writeFile(join(staging, NAME), data)
  return { hash: sha256Of(data) }
}

/** A static busybox for guests of this architecture: that of the host, else Debian's, which the cache keeps. */
export const obtainBusybox = async (arch: Arch, cache: string, context: Context): Promise<Uint8Array> => {
  const own = await hostBusybox(arch)
  if (own !== undefined) return own
  const { emit, scope, signal } = context
  const text = `downloading ${BUSYBOX_PACKAGE} for ${arch.name}`
  const isIntact = async (dir: string, { hash }: BusyboxMeta): Promise<boolean> =>
    (await hashFile(join(dir, NAME)).catch(() => undefined)) === hash
  await using entry = await obtain<BusyboxMeta>(
    join(cache, 'guests'),
    `busybox-${arch.name}`,
    (staging) => {
      emit({ type: 'note', scope, level: 'info', text })
      return make(arch, staging, { cache, context })
    },
    { signal, isIntact },
  )
  return await readFile(join(entry.dir, NAME))
}
