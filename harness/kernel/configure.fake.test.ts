// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { findArch } from '../inputs/arch/index.ts'
import { parseFragment, type Wanted } from '../inputs/kconfig/fragment.ts'
import { EXIT, HostError, UsageError } from '../model/errors.ts'
import { KernelBuildError } from './compile.ts'
import { configure } from './configure.ts'
import type { KernelInputs } from './model.ts'

let root: string
let src: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-configure-'))
  src = join(root, 'src')
  await mkdir(join(src, 'o'), { recursive: true })
  await mkdir(join(root, 'bin'))
  await writeFile(join(src, 'Kconfig'), 'config STAYS\n\tbool "Stays" if EXPERT\nconfig LAZY\n\tbool "Lazy"\n')
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

/** A make that runs this in the build folder. */
const makeDoes = (script: string): Promise<void> =>
  writeFile(join(root, 'bin/make'), `#!/bin/sh\ncd ${src}/o || exit 2\n${script}\n`, { mode: 0o755 })

const run = (wanted: readonly Wanted[], patchedFiles: Readonly<Record<string, string>> = {}): Promise<string> => {
  const toolchain = { prefix: '', llvm: true, cc: 'gcc', version: '' }
  const source = { listing: '', treeListing: '', patchedFiles }
  const inputs: KernelInputs = {
    ...{ arch: findArch('x86_64'), toolchain, wanted, version: '7.3.4', makeVariables: [], source },
  }
  return configure(src, inputs, { cache: root, signal: new AbortController().signal, logFile: join(root, 'log') })
}

const wantedOf = (fragment: string, leaving = false): readonly Wanted[] =>
  parseFragment(fragment, 'x.config').wanted.map((option) => (leaving ? { ...option, leaving } : option))

describe('a compiler that the kernel refuses', () => {
  const sorry = 'echo "scripts/Kconfig.include:45: Sorry, this C compiler is not supported." >&2; exit 1'
  const tooOld = `printf '%s\\n' '***' '*** C compiler is too old.' '***   Your Clang version:    14.0.6' '***   Minimum Clang version: 17.0.1' '***' >&2`

  test('is a usage error that names the versions and the remedy', async () => {
    await makeDoes(`${tooOld}; ${sorry}`)
    const error: unknown = await run([]).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({
      exitCode: EXIT.usage,
      message: 'Linux 7.3.4 needs Clang 17.0.1 or newer, and this host has 14.0.6',
      hint: expect.stringContaining('leave out --llvm'),
    })
  })

  test.each([
    ['gives no version', sorry],
    ['is not there', `echo "scripts/Kconfig.include:39: C compiler 'clang' not found" >&2; exit 1`],
  ])('is no finding when it %s', async (_how, script) => {
    await makeDoes(script)
    await expect(run([])).rejects.toBeInstanceOf(HostError)
  })

  test('is the fault of patches that broke the check', async () => {
    await makeDoes('echo "scripts/Kconfig.include:7: syntax error" >&2; exit 1')
    await expect(run([], { 'scripts/Kconfig.include': 'x' })).rejects.toBeInstanceOf(KernelBuildError)
  })
})

describe('an option that the next release lacks', () => {
  beforeEach(() => makeDoes('echo CONFIG_X=y >.config'))

  test('may be gone before', async () => {
    expect(await run(wantedOf('CONFIG_GONE=y', true))).toBe('CONFIG_X=y\n')
  })

  test('may not be off while this kernel has it', async () => {
    await expect(run(wantedOf('CONFIG_STAYS=y', true))).rejects.toThrow(/STAYS=y did not stick.*it needs EXPERT$/)
  })

  test('is an error when no release is named', async () => {
    await expect(run(wantedOf('CONFIG_GONE=y'))).rejects.toThrow(
      /GONE=y did not stick.*this kernel has no such option$/,
    )
  })
})

describe('an option with another in its place', () => {
  const wanted = wantedOf('CONFIG_GONE=y # or: CONFIG_LAZY')

  test('is fine when that is on: kconfig is asked for both', async () => {
    await makeDoes('cp "$KCONFIG_ALLCONFIG" asked; grep LAZY asked >.config')
    expect(await run(wanted)).toBe('CONFIG_LAZY=y\n')
  })

  test('is an error when both are off', async () => {
    await makeDoes('echo "# CONFIG_LAZY is not set" >.config')
    await expect(run(wanted)).rejects.toThrow(
      'x.config:1: CONFIG_GONE=y did not stick, it became n: this kernel has no such option; CONFIG_LAZY is off too',
    )
  })
})
