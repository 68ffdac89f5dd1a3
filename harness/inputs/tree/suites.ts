// SPDX-License-Identifier: MIT

const SECURITY = /-security$/

/** The suites of Debian that may have a kernel source. The archive keys of Debian 12 sign all of them. */
export const SUITES = ['bookworm', 'trixie'].flatMap((name) =>
  ['', '-updates', '-security', '-backports'].map((part) => `${name}${part}`),
)

/** Where the suites are: those of security updates are on a server of their own. */
export interface Mirror {
  readonly main: string
  readonly security: string
}

export const DEBIAN: Mirror = {
  main: 'http://deb.debian.org/debian',
  security: 'http://deb.debian.org/debian-security',
}

/** What `apt-get indextargets` prints for `mirrorOf`. */
export const TARGET_FORMAT = '$(ORIGIN) $(CODENAME) $(REPO_URI)'

/** The mirror that the host's sources use, from what `apt-get indextargets` prints; Debian's own where they name none. */
export const mirrorOf = (targets: string): Mirror => {
  const uris = targets.split('\n').flatMap((line) => {
    // Other origins have suites of the same names; media and files have only what was put there.
    const match = /^Debian (\S+) (https?:\/\/\S*[^\s/])\/*$/.exec(line)
    return match ? [{ security: SECURITY.test(match[1]!), uri: match[2]! }] : []
  })
  const uriOf = (security: boolean): string | undefined => uris.find((one) => one.security === security)?.uri
  return { main: uriOf(false) ?? DEBIAN.main, security: uriOf(true) ?? DEBIAN.security }
}

const stanza = (uri: string, suites: readonly string[], arch: string, keyring: string): string =>
  suites.length === 0
    ? ''
    : `Types: deb
URIs: ${uri}
Suites: ${suites.join(' ')}
Components: main
Architectures: ${arch}
Signed-By: ${keyring}

`

/**
 * A sources file for these suites. One architecture is enough, as its index has the packages for all: the index of those
 * alone is smaller, but mirrors need not have it.
 */
export const sourcesFile = (mirror: Mirror, suites: readonly string[], arch: string, keyring: string): string => {
  const part = (security: boolean) => suites.filter((suite) => SECURITY.test(suite) === security)
  return stanza(mirror.main, part(false), arch, keyring) + stanza(mirror.security, part(true), arch, keyring)
}

/** The suites that the mirror does not have, from what `apt-get update` prints. */
export const missingSuites = (update: string): readonly string[] => [
  ...new Set(
    [...update.matchAll(/^E: The repository '\S+ (\S+) Release' (?:does not have|no longer has) a Release file/gm)].map(
      ([, suite]) => suite!,
    ),
  ),
]
