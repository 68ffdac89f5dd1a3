// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { DEBIAN, mirrorOf, missingSuites, SUITES, sourcesFile } from './suites.ts'

test.each([
  ['nothing', '', DEBIAN],
  [
    'mirrors',
    'Debian bookworm http://m/debian/\nDebian bookworm-security https://m/sec/\nDebian trixie http://other/\n',
    { main: 'http://m/debian', security: 'https://m/sec' },
  ],
  ['no security server', 'Debian bookworm http://m/debian', { main: 'http://m/debian', security: DEBIAN.security }],
  ['another origin', 'HashiCorp bookworm https://apt.example/\nDebian Backports x\n', DEBIAN],
  ['media and folders', 'Debian bookworm cdrom:[Debian 12]/\nDebian bookworm file:/srv/debian/\n', DEBIAN],
])('the mirror of a host whose sources name %s', (_, targets, mirror) => {
  expect(mirrorOf(targets)).toEqual(mirror)
})

test('a sources file names each suite on its server, with one architecture and the key', () => {
  expect(SUITES).toContain('trixie-backports')
  expect(sourcesFile(DEBIAN, ['trixie', 'trixie-security', 'trixie-backports'], 'arm64', '/k.gpg')).toBe(`Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie trixie-backports
Components: main
Architectures: arm64
Signed-By: /k.gpg

Types: deb
URIs: http://deb.debian.org/debian-security
Suites: trixie-security
Components: main
Architectures: arm64
Signed-By: /k.gpg

`)
  expect(sourcesFile(DEBIAN, ['trixie'], 'amd64', '/k.gpg')).not.toContain('security')
})

test('only a suite that the mirror does not have is missing, not one that could not be fetched', () => {
  expect(
    missingSuites(`Err:2 http://m/debian bookworm-backports Release
E: The repository 'http://m/debian bookworm-backports Release' does not have a Release file.
E: The repository 'http://m/debian trixie Release' no longer has a Release file.
E: Failed to fetch http://m/debian/dists/trixie-updates/InRelease  Could not resolve 'm'
`),
  ).toEqual(['bookworm-backports', 'trixie'])
})
