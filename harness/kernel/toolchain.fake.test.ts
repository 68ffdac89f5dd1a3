// SPDX-License-Identifier: MIT
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { crossCompile, findArch } from '../inputs/arch/index.ts'
import { findToolchain } from './toolchain.ts'

const arch = findArch('x86_64')
const prefix = crossCompile(arch)

let bin: string
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'zsharness-gcc-'))
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
  await program(`${prefix}ld`, 'echo GNU ld 2.40')
  await gcc('')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(bin, { recursive: true, force: true })
})

const program = (name: string, script: string): Promise<void> =>
  writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })

/** A gcc that names a cc1 of its own. */
const gcc = (more: string): Promise<void> =>
  program(
    `${prefix}gcc`,
    `case $1 in --version) echo gcc 12.2.0 ;; -print-prog-name=cc1) echo ${bin}/cc1 ;; esac\n${more}`,
  )

const identity = async (): Promise<string> => (await findToolchain(arch, false)).version

test('the same programs are the same compiler', async () => {
  expect(await identity()).toBe(await identity())
  const before = await identity()
  await rename(bin, `${bin}-moved`)
  vi.stubEnv('PATH', `${bin}-moved:${process.env.PATH}`)
  expect(await identity()).toBe(before)
  await rename(`${bin}-moved`, bin)
  expect(await identity()).toMatch(/^gcc 12.2.0; GNU ld 2.40; /)
})

test.each([
  ['gcc', () => gcc('# another build of the same version')],
  ['cc1', () => program('cc1', '# appeared')],
  ['ld', () => program(`${prefix}ld`, 'echo GNU ld 2.40 # patched')],
  ['objcopy', () => program(`${prefix}objcopy`, '# another')],
])('a changed %s is another compiler, whatever its version line says', async (_name, change) => {
  const before = await identity()
  await change()
  expect(await identity()).not.toBe(before)
})
