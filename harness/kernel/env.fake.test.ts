// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { LEAKS } from '../testing/leaks.ts'
import { storeFolder } from '../testing/stored.ts'
import { recompile } from './checks/recompile.ts'
import { compile } from './compile.ts'
import { configure } from './configure.ts'
import type { KernelInputs } from './model.ts'
import { keepObjectList, listObjects } from './objectlist.ts'

const arch = archs.find(({ name }) => name === 'x86_64')!
const toolchain = { prefix: '', llvm: false, cc: 'gcc', version: '' }

let root: string
let src: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-makeenv-'))
  src = join(root, 'builds/k/src')
  await mkdir(join(src, 'o'), { recursive: true })
  await mkdir(join(root, 'bin'))
  // Its output folder is the argument O=.
  const make = `#!/bin/sh
for arg; do case $arg in O=*) o=\${arg#O=} ;; esac; done
env >&2
echo CONFIG_X=y >"$o/.config"
`
  await writeFile(join(root, 'bin/make'), make, { mode: 0o755 })
  for (const [name, value] of Object.entries(LEAKS)) vi.stubEnv(name, value)
  vi.stubEnv('HOME', root)
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

const inputs = {
  arch,
  toolchain,
  wanted: [],
  makeVariables: [],
  source: { patchedFiles: {} },
} as unknown as KernelInputs

const ALLOWED = [
  'PATH',
  'TMPDIR',
  'LC_ALL',
  'KBUILD_BUILD_TIMESTAMP',
  'KBUILD_BUILD_USER',
  'KBUILD_BUILD_HOST',
  'KBUILD_BUILD_VERSION',
  'KCONFIG_ALLCONFIG',
  // The shell that starts make sets these.
  'PWD',
  'OLDPWD',
  'SHLVL',
  '_',
]
const strangers = (log: string): readonly string[] =>
  log
    .split('\n')
    .filter((line) => /^[\w%]+=/.test(line))
    .map((line) => line.split('=')[0]!)
    .filter((name) => !ALLOWED.includes(name))

test('make sees the variables of the list alone, when it configures', async () => {
  const log = join(root, 'log')
  expect(await configure(src, inputs, { cache: root, signal: new AbortController().signal, logFile: log })).toBe(
    'CONFIG_X=y\n',
  )
  const text = await readFile(log, 'utf8')
  expect(text).toContain('KBUILD_BUILD_USER=zsharness')
  expect(strangers(text)).toEqual([])
})

test('and when it compiles', async () => {
  const logFile = join(root, 'log')
  await compile(src, inputs, recordingContext(), { jobs: 1, logFile, forecast: { objects: 1 } })
  const text = await readFile(logFile, 'utf8')
  expect(text).toContain('KBUILD_BUILD_USER=zsharness')
  expect(strangers(text)).toEqual([])
})

test('and when it compiles a file again for a check', async () => {
  // It reports its environment as warnings.
  const make = `#!/bin/sh\nenv | sed 's/^/mm\\/a.c:1: warning: /'\n`
  await writeFile(join(root, 'bin/make'), make, { mode: 0o755 })
  const objects = await listObjects(join(root, 'builds/k/src/o'), new AbortController().signal)
  const objectsHash = await keepObjectList(join(root, 'builds/k'), objects)
  const listing = await storeFolder(root, join(root, 'bin'))
  const kernel = { dir: join(root, 'builds/k'), meta: { builtAt: src, listing, objectsHash } }
  const leg = { kernel, arch, toolchain, cache: root, files: ['mm/a.c'], patches: [] }
  const found = await recompile(leg as unknown as Parameters<typeof recompile>[0], ['W=1'], recordingContext())
  const text = found.map(({ message }) => message).join('\n')
  expect(text).toContain('KBUILD_BUILD_USER=zsharness')
  expect(strangers(text)).toEqual([])
})
