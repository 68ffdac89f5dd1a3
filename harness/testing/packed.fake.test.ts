// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { extract } from 'tar'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../lib/paths.ts'
import { cli } from './cli.ts'

let dir: string
let root: string
let cwd: string

// The package as npm unpacks it, with the packages that it needs.
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-packed-'))
  root = join(dir, 'node_modules/zsharness')
  cwd = join(dir, 'elsewhere')
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', dir]
  const { stdout } = await execa('npm', pack, { cwd: packageRoot })
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
  await mkdir(root, { recursive: true })
  await mkdir(join(cwd, 'results/half'), { recursive: true })
  await extract({ file: join(dir, filename), cwd: root, strip: 1 })
  await symlink(join(packageRoot, 'node_modules'), join(root, 'node_modules'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const call = (...args: string[]) => cli(args, { root, cwd, env: { ZSHARNESS_CACHE: join(dir, 'cache') } })

test.each([
  ['series', 'run', '--series', 'nope'],
  ['configs', 'run', '--config', 'nope'],
  ['profiles', 'run', '--profile', 'nope'],
  ['plans', 'matrix', 'nope'],
])('an installed package has the %s of the checkout', async (_, ...args) => {
  const [installed, own] = await Promise.all([call(...args), cli(args)])
  expect(installed).toEqual(own)
  expect(own.stderr.length).toBeGreaterThan(60)
})

test('an installed package looks for results where it is called, not in itself', async () => {
  const { exitCode, stderr } = await call('report', 'half')
  expect(exitCode).toBe(2)
  expect(stderr).toContain(`${join(cwd, 'results/half')} has no run.json`)
})
