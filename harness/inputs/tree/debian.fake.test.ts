// SPDX-License-Identifier: MIT
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashFile } from '../../lib/files/hash.ts'
import { exec, recordingContext, writeFakeTree } from '../../testing/fake-tree.ts'
import { unfolded } from '../../testing/stored.ts'
import { obtainDebian } from './debian.ts'
import { md5File } from './dpkg.ts'

const NAME = 'linux-source-6.1'
const INNER = `usr/src/${NAME}.tar.xz`
const DEB = `${NAME}_6.1.7-1_all.deb`
const PATH = process.env.PATH

let root: string
let cache: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-debian-'))
  cache = join(root, 'cache')
  mkdirSync(join(root, 'bin'))
  mkdirSync(join(root, 'package/usr/src'), { recursive: true })
  writeFakeTree(join(root, NAME))
  exec(root, 'tar', '-cJf', join('package', INNER), NAME)
  // The toy package is a bare tar of its content; the toy dpkg and apt below know it.
  exec(root, 'tar', '-C', 'package', '-cf', DEB, './usr')
  await installTools()
  process.env.PATH = `${join(root, 'bin')}:${PATH}`
})
afterEach(async () => {
  process.env.PATH = PATH
  await rm(root, { recursive: true, force: true })
})

const tool = (name: string, script: string): void => {
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\necho "${name} $*" >>${root}/calls\n${script}\n`)
  chmodSync(join(root, 'bin', name), 0o755)
}
const installTools = async (sha256?: string): Promise<void> => {
  const sum = `${await md5File(join(root, 'package', INNER))}  ${INNER}`
  tool('dpkg-query', 'exit 1')
  tool('dpkg-deb', `case $1 in -f) echo 6.1.7-1 ;; -I) echo "${sum}" ;; --fsys-tarfile) cat "$2" ;; esac`)
  const uri = `'http://deb.example/${DEB}' ${DEB} 1 SHA256:${sha256 ?? (await hashFile(join(root, DEB)))}`
  tool('apt-get', `case "$*" in *--print-uris*) echo "${uri}" ;; *download*) cp ${root}/${DEB} . ;; esac`)
}
const context = recordingContext()
const obtain = async () =>
  unfolded(cache, await obtainDebian({ kind: 'debian', text: 'debian:6.1', release: '6.1' }, { cache, context }))
const calls = (): string[] => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')

describe('debian: trees', () => {
  test('come from the package that apt downloads, once', async () => {
    {
      await using tree = await obtain()
      expect(exec(root, 'diff', '-r', NAME, tree.dir)).toBe('')
      expect(tree.meta.origin).toMatch(/^Debian linux-source-6.1 6.1.7-1, sha256 [0-9a-f]{64}$/)
    }
    await using again = await obtain()
    expect(again.cached).toBe(true)
    expect(calls().filter((call) => /^apt-get .* download/.test(call) && !call.includes('print-uris'))).toHaveLength(1)
  })

  test('are requested from apt with its signature check on', async () => {
    await using _tree = await obtain()
    const apt = calls().filter((call) => call.startsWith('apt-get'))
    expect(apt.every((call) => call.includes('APT::Get::AllowUnauthenticated=false'))).toBe(true)
    expect(apt.every((call) => call.includes('Acquire::AllowInsecureRepositories=false'))).toBe(true)
  })

  test('of a package that differs from the lists are refused, also with fresh lists', async () => {
    await installTools('a'.repeat(64))
    await expect(obtain()).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining("apt's signed list says aaaa"),
    })
    expect(calls().some((call) => call.endsWith(' update'))).toBe(true)
  })

  test('fetch lists into the cache when the host has none, and use these from then on', async () => {
    tool(
      'apt-get',
      `case "$*" in *apt.conf*print-uris*) ${readFileSync(join(root, 'bin/apt-get'), 'utf8').split('\n')[2]} ;; *print-uris*) exit 100 ;; *download*) cp ${root}/${DEB} . ;; esac`,
    )
    await (await obtain())[Symbol.asyncDispose]()
    await using again = await obtain()
    expect(again.cached).toBe(true)
    expect(calls().filter((call) => call.endsWith(' update'))).toHaveLength(1)
    expect(readFileSync(join(cache, 'apt/apt.conf'), 'utf8')).toContain(`Dir::State "${cache}/apt/state"`)
  })

  test.each([
    ['cut', (deb: Buffer) => deb.subarray(0, 700)],
    ['without its archive', () => Buffer.alloc(10_240)],
    ['with another archive', (deb: Buffer) => Buffer.from(deb.toString('latin1').replace(/7zXZ/, '7zXY'), 'latin1')],
  ])('of a download that is %s later are refused; the next run downloads it again', async (_, damage) => {
    await (await obtain())[Symbol.asyncDispose]()
    const deb = join(cache, exec(cache, 'find', 'downloads', '-name', DEB).trim())
    writeFileSync(deb, damage(readFileSync(deb)))
    await rm(join(cache, 'trees'), { recursive: true })
    await expect(obtain()).rejects.toMatchObject({
      exitCode: 3,
      hint: 'the download was removed: run the same command again',
    })
    await using tree = await obtain()
    expect(tree.cached).toBe(false)
  })

  test('without apt-get, the error names the alternatives', async () => {
    for (const name of ['sh', 'bash', 'cat', 'flock'])
      exec(root, 'sh', '-c', `ln -s "$(command -v ${name})" bin/${name}`)
    process.env.PATH = join(root, 'bin')
    await rm(join(root, 'bin/apt-get'))
    await expect(obtain()).rejects.toMatchObject({ exitCode: 3, hint: expect.stringContaining('--tree 6.1.100') })
  })
})
