// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { parseTreeSpec } from './spec.ts'

describe('parseTreeSpec', () => {
  test.each([
    ['debian:6.1', { kind: 'debian', release: '6.1' }],
    ['debian:7.3', { kind: 'debian', release: '7.3' }],
    ['debian:6.12=6.12.117-1~deb12u1', { kind: 'debian', release: '6.12', version: '6.12.117-1~deb12u1' }],
    ['debian:7.4=7.4~rc2-1~exp1', { kind: 'debian', release: '7.4', version: '7.4~rc2-1~exp1' }],
    ['v6.18.2', { kind: 'release', version: '6.18.2' }],
    ['7.0-rc3', { kind: 'release', version: '7.0-rc3' }],
    ['6.10', { kind: 'release', version: '6.10' }],
    ['v6.2-rc4', { kind: 'release', version: '6.2-rc4' }],
    ['6.1.100', { kind: 'release', version: '6.1.100' }],
    ['6.1.0', { kind: 'release', version: '6.1' }],
    ['git:https://example.org/l.git#v6.2-rc4', { kind: 'git', url: 'https://example.org/l.git', ref: 'v6.2-rc4' }],
    ['git:ssh://git@example.org:22/l#x', { kind: 'git', url: 'ssh://git@example.org:22/l', ref: 'x' }],
    ['git:/home/me/linux#feature/x', { kind: 'git', url: '/home/me/linux', ref: 'feature/x' }],
    ['dir:../linux', { kind: 'dir', path: '../linux' }],
    [' tar:/tmp/a b.tar.xz ', { kind: 'tar', path: '/tmp/a b.tar.xz' }],
  ])('%s', (text, expected) => {
    expect(parseTreeSpec(text)).toEqual({ ...expected, text: text.trim() })
  })

  test.each([
    ['', 'unknown form'],
    ['mainline', 'unknown form'],
    ['debain:6.1', 'did you mean debian?'],
    ['debian', 'did you mean debian:6.1?'],
    ['debian:bookworm', 'did you mean debian:6.1?'],
    ['debian:v6.12', 'did you mean debian:6.12?'],
    ['debian:6.12.117', 'did you mean debian:6.12?'],
    ['debian:6.12=', '"" is not a version of a Debian package'],
    ['debian:6.12=6.12*', 'is not a version of a Debian package'],
    ['debian:6.12=6.12.9-1 -x', 'is not a version of a Debian package'],
    ['debian:6.12=6.12.9-1=2', 'is not a version of a Debian package'],
    ['debian:6.1=6.12.9-1', 'is not a version of 6.1'],
    ['debian:6.12=trixie', 'is not a version of 6.12'],
    ['git:https://example.org/l.git', 'names no ref'],
    ['git:#x', 'no repository'],
    ['git:--upload-pack=x#y', 'no repository'],
    [
      'git:https://me:secret@example.org/l.git#x',
      '--tree git:https://example.org/l.git#x: has a user or password in its URL',
    ],
    ['git:https://token@example.org/l.git#x', '--tree git:https://example.org/l.git#x: has a user or password'],
    ['git:ssh://me:secret@example.org/l.git#x', '--tree git:ssh://example.org/l.git#x: has a user or password'],
    ['git:https://me:secret@example.org/l.git', '--tree git:https://example.org/l.git: names no ref'],
    ['git:u#-x', 'is not a branch, tag or commit'],
    ['git:u#a..b^', 'is not a branch, tag or commit'],
    ['dir:', 'names no path'],
    ['linux-6.1.tar.xz', 'did you mean tar:linux-6.1.tar.xz?'],
    ['/usr/src/linux', 'did you mean dir:/usr/src/linux?'],
    ['6.1-rc', 'unknown form'],
  ])('%j is refused: %s', (text, why) => {
    expect(() => parseTreeSpec(text)).toThrow(why)
    try {
      parseTreeSpec(text)
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      expect((error as UsageError).hint).toContain('git:URL#REF')
    }
  })
})
