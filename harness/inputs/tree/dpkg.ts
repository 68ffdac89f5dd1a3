// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { execa } from 'execa'
import { builtEnv } from '../../lib/env.ts'
import { sh } from '../../lib/process/sh.ts'
import { explainArchive, unpacker } from './archive.ts'

/** The md5 that a package's list has for `path` (without the leading slash). */
export const md5Of = (list: string, path: string): string | undefined =>
  list
    .split('\n')
    .map((line) => /^([0-9a-f]{32}) {2}(.+)$/.exec(line))
    .find((match) => match?.[2] === path)?.[1]

/** md5 of a file, the only checksum that Debian packages have of their content. */
export const md5File = async (file: string): Promise<string> => {
  const hash = createHash('md5')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}

export interface Packaged {
  readonly version: string
  /** md5 of the archive in the package, from the package's list. */
  readonly md5: string
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
const FORMAT = '${db:Status-Status}\t${Version}'

/** What dpkg knows about an installed package that contains `path`. */
export const installedPackage = async (name: string, path: string): Promise<Packaged | undefined> => {
  const query = await sh`dpkg-query -W -f ${FORMAT} ${name}`
  const [status, version] = query.stdout.split('\t')
  if (query.exitCode !== 0 || status !== 'installed' || version === undefined) return undefined
  const md5 = md5Of((await sh`dpkg-query --control-show ${name} md5sums`).stdout, path)
  return md5 === undefined ? undefined : { version, md5 }
}

/** The same for a package file. */
export const packageFile = async (deb: string, path: string): Promise<Packaged | undefined> => {
  const version = (await sh`dpkg-deb -f ${deb} Version`).stdout.trim()
  const md5 = md5Of((await sh`dpkg-deb -I ${deb} md5sums`).stdout, path)
  return version === '' || md5 === undefined ? undefined : { version, md5 }
}

/** Unpacks only the file `path` of a package file, below `dir`. */
export const unpackFile = async (deb: string, path: string, dir: string, signal: AbortSignal): Promise<void> => {
  const child = execa('dpkg-deb', ['--fsys-tarfile', deb], {
    ...builtEnv(),
    buffer: { stdout: false },
    cancelSignal: signal,
  })
  child.catch(() => undefined)
  const { unpack } = unpacker(dir, { filter: (entry) => entry.replace(/^\.\//, '') === path })
  try {
    await pipeline(child.readable({ from: 'stdout' }), unpack as unknown as NodeJS.WritableStream, { signal })
  } catch (error) {
    throw await explainArchive(error, dir, `the content of ${deb}`, signal)
  }
}
