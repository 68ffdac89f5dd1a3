// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LEAKS } from '../testing/leaks.ts'
import { childEnv, networkEnv, userEnv } from './env.ts'
import { acquireLock } from './locks/lock.ts'
import { packageRoot } from './paths.ts'
import { runProcess } from './process/run.ts'
import { sh } from './process/sh.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-env-'))
  for (const [name, value] of Object.entries(LEAKS)) vi.stubEnv(name, value)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true, force: true })
})

const leaked = (names: readonly string[]): readonly string[] => names.filter((name) => name in LEAKS)
const namesOf = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split('=')[0]!)

test('runProcess passes none of the variables that could change a result', async () => {
  const { tail } = await runProcess(['env'])
  expect(leaked(namesOf(tail))).toEqual([])
  expect(tail).toContain('LC_ALL=C')
  expect(namesOf(tail)).toContain('PATH')
})

test('sh passes none of them, and no function of the shell', async () => {
  const { stdout } = await sh`env`
  expect(leaked(namesOf(stdout.split('\n')))).toEqual([])
  expect((await sh`grep --version`).stdout).toMatch(/grep/)
})

test('sh looks programs up in the PATH of now', async () => {
  vi.stubEnv('PATH', `${dir}:${process.env.PATH}`)
  expect((await sh`echo $PATH`).stdout).toContain(dir)
})

test('the holder of a lock sees none of them', async () => {
  await using _lock = await acquireLock(join(dir, 'lock'))
  const holder = await sh`grep -laF ${join(dir, 'lock')} /proc/[0-9]*/cmdline`
  const pids = holder.stdout.match(/\d+/g)!
  const { stdout } = await sh`cat ${pids.map((pid) => `/proc/${pid}/environ`)} | tr '\\0' '\\n'`
  expect(leaked(namesOf(stdout.split('\n')))).toEqual([])
})

test('every child that is started without runProcess and sh gets a built environment', () => {
  const files = readdirSync(join(packageRoot, 'harness'), { encoding: 'utf8', recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.ts$|^testing\/|^lib\/process\//.test(name))
    .map((name) => ({ name, text: readFileSync(join(packageRoot, 'harness', name), 'utf8') }))
  const starts = files.flatMap(({ name, text }) =>
    [...text.matchAll(/\b(?:execa|spawn|spawnSync|execFile|execFileSync)\((['\w].*?)\n\s*\}\)|\bexeca\('.*/gs)].map(
      (match) => `${name}: ${match[0]}`,
    ),
  )
  expect(starts.length).toBeGreaterThan(2)
  expect(starts.filter((start) => !/extendEnv: false|builtEnv\(\)/.test(start))).toEqual([])
})

test('a download sees proxies besides, and the script of the user sees everything', async () => {
  vi.stubEnv('https_proxy', 'http://proxy:1')
  const names = async (env: Readonly<Record<string, string>>) => namesOf((await runProcess(['env'], { env })).tail)
  expect(await names(childEnv())).not.toContain('https_proxy')
  expect(await names(networkEnv())).toContain('https_proxy')
  expect(leaked(await names(networkEnv()))).toEqual([])
  expect(await names(userEnv())).toEqual(expect.arrayContaining(['https_proxy', 'KCFLAGS', 'MAKEFLAGS']))
})
