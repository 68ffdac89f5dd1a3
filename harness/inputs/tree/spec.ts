// SPDX-License-Identifier: MIT
import { didYouMean } from '../../lib/text/suggest.ts'
import { UsageError } from '../../model/errors.ts'
import { formatVersion, parseVersion } from './version.ts'

/** Where a kernel source comes from. `text` is the argument as the user wrote it. */
export type TreeSpec =
  | { readonly kind: 'debian'; readonly text: string; readonly release: string; readonly version?: string }
  | { readonly kind: 'release'; readonly text: string; readonly version: string }
  | { readonly kind: 'git'; readonly text: string; readonly url: string; readonly ref: string }
  | { readonly kind: 'dir'; readonly text: string; readonly path: string }
  | { readonly kind: 'tar'; readonly text: string; readonly path: string }

const FORMS =
  'the forms are debian:6.1, debian:6.12=VERSION (a version of the package), a release (v6.2-rc4, 6.1.100), git:URL#REF, dir:PATH (an unpacked kernel), tar:PATH'
const KINDS = ['debian', 'git', 'dir', 'tar'] as const

// A user of http alone may be a token; a password may hold an @.
const CREDENTIALS = /(?<=https?:\/\/)[^/]+@|(?<=:\/\/)[^/@:]*:[^/]*@/

const refuse = (text: string, why: string): never => {
  throw new UsageError(`--tree ${text.replace(CREDENTIALS, '')}: ${why}`, FORMS)
}

const parseGit = (text: string, rest: string): TreeSpec => {
  const hash = rest.lastIndexOf('#')
  if (hash < 0) refuse(text, `names no ref; write git:${rest || 'URL'}#v6.2-rc4`)
  const [url, ref] = [rest.slice(0, hash), rest.slice(hash + 1)]
  // git would take a leading dash for an option.
  if (url === '' || url.startsWith('-')) refuse(text, 'has no repository before the #')
  // What is written here is in every result.
  if (CREDENTIALS.test(url)) refuse(text, 'has a user or password in its URL; let a credential helper of git have them')
  // Such a transport runs a program, or waits on an open file.
  if (/^[\w+.-]*::/.test(url)) refuse(text, `"${url.slice(0, url.indexOf('::'))}::" is no transport of repositories`)
  if (ref === '' || ref.startsWith('-') || /[\s~^:?*[\\]/.test(ref))
    refuse(text, `"${ref}" is not a branch, tag or commit`)
  return { kind: 'git', text, url, ref }
}

const parseDebian = (text: string, rest: string): TreeSpec => {
  const equals = rest.indexOf('=')
  const release = equals < 0 ? rest : rest.slice(0, equals)
  if (!/^\d+\.\d+$/.test(release)) {
    const series = /^v?(\d+\.\d+)/.exec(release)?.[1] ?? '6.1'
    refuse(text, `"${release}" is not a Debian kernel series — did you mean debian:${series}?`)
  }
  if (equals < 0) return { kind: 'debian', text, release }
  const version = rest.slice(equals + 1)
  // apt takes a * for any end of a version.
  if (!/^[\w.+~-]+$/.test(version))
    refuse(text, `"${version}" is not a version of a Debian package; write it as in debian:6.12=6.12.117-1~deb12u1`)
  if (!new RegExp(`^${release.replace('.', '\\.')}[.~-]`).test(version))
    refuse(text, `"${version}" is not a version of ${release}`)
  return { kind: 'debian', text, release, version }
}

const parseRelease = (text: string): TreeSpec | undefined => {
  if (!/^v?\d+\.\d+(\.\d+)?(-rc\d+)?$/.test(text)) return undefined
  const version = parseVersion(text)
  return version && { kind: 'release', text, version: formatVersion(version) }
}

const parseKind = (text: string, kind: string, rest: string): TreeSpec => {
  switch (kind) {
    case 'debian':
      return parseDebian(text, rest)
    case 'git':
      return parseGit(text, rest)
    case 'dir':
    case 'tar':
      if (rest === '') refuse(text, 'names no path')
      return { kind, text, path: rest }
    default:
      return refuse(text, `"${kind}" is not a kind of tree${didYouMean(kind, KINDS)}`)
  }
}

/** Parses a `--tree` argument; throws a UsageError that lists the valid forms. */
export const parseTreeSpec = (input: string): TreeSpec => {
  const text = input.trim()
  const release = parseRelease(text)
  if (release) return release
  const colon = text.indexOf(':')
  if (colon > 0) return parseKind(text, text.slice(0, colon), text.slice(colon + 1))
  if (text === 'debian') return refuse(text, 'names no kernel series — did you mean debian:6.1?')
  if (/\.tar(\.\w+)?$|\.t[gx]z$/.test(text)) return refuse(text, `is not a kind of tree — did you mean tar:${text}?`)
  if (text.includes('/')) return refuse(text, `is not a kind of tree — did you mean dir:${text}?`)
  return refuse(text, 'unknown form')
}
