// SPDX-License-Identifier: MIT
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Arch } from '../inputs/arch/index.ts'
import { type AptPackage, apt, parseUris } from '../inputs/tree/apt.ts'
import { unpackFile } from '../inputs/tree/dpkg.ts'
import type { TreeOptions } from '../inputs/tree/model.ts'
import { DEBIAN, sourcesFile } from '../inputs/tree/suites.ts'
import { exists } from '../lib/files/exists.ts'
import { hashFile } from '../lib/files/hash.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import type { Context } from '../model/events.ts'
import { whyNotRunnable } from './elfprogram.ts'

/** The Debian package with the shell of a guest. */
export const BUSYBOX_PACKAGE = 'busybox-static'

const SUITE = 'bookworm'
const KEYRING = '/usr/share/keyrings/debian-archive-keyring'

/** Debian's names of architectures. */
const DEBIAN_ARCH: Readonly<Record<Arch['name'], string>> = { x86_64: 'amd64', arm64: 'arm64' }

/** The busybox of this host, where a guest of this architecture can run it. */
export const hostBusybox = async (arch: Pick<Arch, 'elfMachine'>): Promise<string | undefined> => {
  const path = (await sh`command -v busybox`).stdout.trim()
  const data = path === '' ? undefined : await readFile(path).catch(() => undefined)
  return data && whyNotRunnable(data, arch.elfMachine) === undefined ? path : undefined
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
  const file = join(dir, found.file)
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

/** A static busybox for guests of this architecture: that of the host, else Debian's, which the cache keeps. */
export const obtainBusybox = async (arch: Arch, cache: string, context: Context): Promise<string> => {
  const own = await hostBusybox(arch)
  if (own !== undefined) return own
  const kept = join(cache, 'downloads', `busybox-${arch.name}`)
  if (await exists(kept)) return kept
  context.emit({
    type: 'note',
    scope: context.scope,
    level: 'info',
    text: `downloading ${BUSYBOX_PACKAGE} for ${arch.name}`,
  })
  await mkdir(dirname(kept), { recursive: true })
  await inTempDir('busybox', async (dir) => {
    const deb = await download(dir, DEBIAN_ARCH[arch.name], { cache, context })
    const file = await unpack(deb, arch, dir, context)
    const aside = `${kept}.${process.pid}`
    await writeFile(aside, await readFile(file), { mode: 0o755 })
    await rename(aside, kept)
  })
  return kept
}
