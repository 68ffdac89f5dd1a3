// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parseStatus, parseUris } from './apt.ts'
import { compressionOf } from './archive.ts'
import { isDiskFull } from './disk.ts'
import { planOf } from './download.ts'
import { md5Of } from './dpkg.ts'
import { parseGitProgress } from './git.ts'
import { bareEnv } from './gitenv.ts'
import { versionOfMakefile } from './kernel.ts'
import { releaseUrls, sumOf } from './release.ts'

const SHA = 'a'.repeat(64)

describe('output of programs and servers', () => {
  test('apt-get --print-uris', () => {
    const line = `'http://deb.example/pool/linux-source-6.1_6.1.192-2_all.deb' linux-source-6.1_6.1.192-2_all.deb 138 SHA256:${SHA}`
    expect(parseUris(`Reading lists\n${line}\n`)).toEqual({
      url: 'http://deb.example/pool/linux-source-6.1_6.1.192-2_all.deb',
      file: 'linux-source-6.1_6.1.192-2_all.deb',
      bytes: 138,
      sha256: SHA,
    })
    expect(parseUris('E: Unable to locate package')).toBeUndefined()
    // Weaker sums vouch for nothing.
    expect(parseUris(line.replace(/SHA256:.*/, 'MD5Sum:00'))).toBeUndefined()
  })

  test('apt status lines', () => {
    expect(parseStatus('dlstatus:1:42.5:Retrieving file 1 of 1')).toBe(0.425)
    expect(parseStatus('Get:1 http://deb.example')).toBeUndefined()
  })

  test('md5sums of a package', () => {
    const list = `${'1'.repeat(32)}  usr/share/doc/x\n${'2'.repeat(32)}  usr/src/a.tar.xz\n`
    expect(md5Of(list, 'usr/src/a.tar.xz')).toBe('2'.repeat(32))
    expect(md5Of(list, 'usr/src/b.tar.xz')).toBeUndefined()
  })

  test('git progress', () => {
    expect(parseGitProgress('remote: Counting objects:  50% (5/10)')).toEqual({
      what: 'counting objects',
      fraction: 0.5,
    })
    expect(parseGitProgress('fatal: no')).toBeUndefined()
  })

  test('a top Makefile', () => {
    const make = (sub: string, extra: string) =>
      `VERSION = 6\nPATCHLEVEL = 2\nSUBLEVEL = ${sub}\nEXTRAVERSION =${extra}\n`
    expect(versionOfMakefile(make('0', ' -rc4'))).toBe('6.2-rc4')
    expect(versionOfMakefile(make('9', ''))).toBe('6.2.9')
    expect(versionOfMakefile('all:\n')).toBeUndefined()
  })

  test('sha256sums.asc', () => {
    const text = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${SHA}  linux-6.1.7.tar.xz\n${'b'.repeat(64)}  linux-6.1.70.tar.xz\n`
    expect(sumOf(text, 'linux-6.1.7.tar.xz')).toBe(SHA)
    expect(sumOf(text, 'linux-6.1.tar.xz')).toBeUndefined()
  })
})

describe('where releases are', () => {
  test.each([
    ['6.1.7', undefined, 'https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.1.7.tar.xz'],
    ['6.18.2', undefined, 'https://cdn.kernel.org/pub/linux/kernel/v6.x/linux-6.18.2.tar.xz'],
    ['7.0-rc3', undefined, 'https://git.kernel.org/torvalds/t/linux-7.0-rc3.tar.gz'],
    ['7.3.4', undefined, 'https://cdn.kernel.org/pub/linux/kernel/v7.x/linux-7.3.4.tar.xz'],
    ['5.19', 'http://m/k/', 'http://m/k/v5.x/linux-5.19.tar.xz'],
    ['6.2-rc4', undefined, 'https://git.kernel.org/torvalds/t/linux-6.2-rc4.tar.gz'],
    ['6.2-rc4', 'http://m', 'http://m/testing/linux-6.2-rc4.tar.gz'],
  ])('%s of %s', (version, mirror, expected) => {
    expect(releaseUrls(version, mirror).archive).toBe(expected)
  })

  test('candidates have no checksums', () => {
    expect(releaseUrls('6.2-rc4').sums).toBeUndefined()
    expect(releaseUrls('6.1').sums).toBe('https://cdn.kernel.org/pub/linux/kernel/v6.x/sha256sums.asc')
  })
})

describe('downloads', () => {
  test.each([
    [200, { 'content-length': '9' }, 4, { offset: 0, total: 9 }],
    [200, {}, 4, { offset: 0, total: undefined }],
    [206, { 'content-range': 'bytes 4-8/9' }, 4, { offset: 4, total: 9 }],
    [206, { 'content-range': 'bytes 0-8/9' }, 4, undefined],
    [206, {}, 4, undefined],
    [416, {}, 4, undefined],
  ])('HTTP %i %j with %i bytes there', (status, headers, have, expected) => {
    expect(planOf(status, new Headers(headers as Record<string, string>), have)).toEqual(expected)
  })
})

describe('archives and disks', () => {
  test.each([
    ['fd377a585a000004', 'xz'],
    ['1f8b08', 'gzip'],
    [`${'00'.repeat(257)}7573746172`, 'none'],
  ])('%s… is %s', (hex, expected) => {
    expect(compressionOf(Buffer.from(hex, 'hex'))).toBe(expected)
  })

  test.each([
    ['', 'the file is empty'],
    ['28b52ffd', 'zstd archives are not supported'],
    ['425a6839', 'bzip2 archives are not supported'],
    ['3c68746d6c3e', 'it is not a tar archive'],
  ])('%s: %s', (hex, why) => {
    expect(() => compressionOf(Buffer.from(hex, 'hex'))).toThrow(why)
  })

  test('a full disk is recognised by errno, by message and through causes', () => {
    expect(isDiskFull(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toBe(true)
    expect(isDiskFull(new Error('x', { cause: Object.assign(new Error('y'), { code: 'EDQUOT' }) }))).toBe(true)
    expect(isDiskFull("cp: error writing 'x': No space left on device")).toBe(true)
    expect(isDiskFull(Object.assign(new Error('write'), { code: 'EIO' }))).toBe(false)
  })
})

test('git on plain folders sees no repository and no configuration', () => {
  process.env.GIT_WORK_TREE = '/somewhere'
  const env = bareEnv('/cache/sources/x')
  delete process.env.GIT_WORK_TREE
  expect(env).toMatchObject({ GIT_CEILING_DIRECTORIES: '/cache/sources', GIT_CONFIG_GLOBAL: '/dev/null' })
  expect(env.GIT_WORK_TREE).toBeUndefined()
})
