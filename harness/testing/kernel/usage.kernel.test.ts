// SPDX-License-Identifier: MIT
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cli } from '../cli.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-usage-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const run = (...args: string[]) =>
  cli([
    'run',
    '--arch',
    'x86_64',
    '--config',
    'zpool-on',
    '--explore',
    'off',
    '--results',
    join(dir, 'results'),
    '--format',
    'plain',
    ...args,
  ])

const OTHER_FILE = `Subject: [PATCH] other

---
diff --git a/mm/no-such-file.c b/mm/no-such-file.c
--- a/mm/no-such-file.c
+++ b/mm/no-such-file.c
@@ -1,3 +1,4 @@
 one
+two
 three
 four
`

describe('bad input ends with exit 2 and a hint', () => {
  test('a truncated archive', async () => {
    const whole = join(dir, 'tree.tar.xz')
    await execa('sh', [
      '-c',
      `mkdir -p ${dir}/linux/mm && seq 100000 > ${dir}/linux/mm/x && tar -C ${dir} -cJf ${whole} linux`,
    ])
    await truncate(whole, 2_000)
    const { exitCode, stderr } = await run('--tree', `tar:${whole}`)
    expect(stderr).toMatch(/tree\.tar\.xz.*(truncated|ends|cut)/i)
    expect(exitCode).toBe(2)
  })

  test('a folder that is not a kernel source', async () => {
    const { exitCode, stderr } = await run('--tree', `dir:${dir}`)
    expect(stderr).toMatch(/no kernel|not a kernel/i)
    expect(exitCode).toBe(2)
  })

  test('an unknown architecture', async () => {
    const { exitCode, stderr } = await cli(['run', '--arch', 'arm46'])
    expect(stderr).toMatch(/did you mean arm64/)
    expect(exitCode).toBe(2)
  })

  test('a misspelt option', async () => {
    const { exitCode, stderr } = await cli(['run', '--archs', 'arm64'])
    expect(stderr).toMatch(/Did you mean --arch/)
    expect(exitCode).toBe(2)
  })

  test('a patch for another file', async () => {
    const file = join(dir, 'other.patch')
    await writeFile(file, OTHER_FILE)
    const { exitCode, stderr } = await run('--patch', file)
    expect(stderr).toMatch(/no-such-file\.c/)
    expect(exitCode).toBe(2)
  })
})

test('a full disk is a host failure: exit 3', async () => {
  const disk = join(dir, 'disk')
  // A file system of 200 MiB in a separate namespace, removed with its last process.
  const script = `mkdir -p ${disk} && mount -t tmpfs -o size=200m none ${disk} && ZSHARNESS_CACHE=${disk} exec "$@"`
  const program = [
    process.execPath,
    join(import.meta.dirname, '../../../dist/cli.js'),
    'run',
    '--config',
    'zpool-on',
    '--results',
    disk,
  ]
  const { exitCode, stderr } = await execa(
    'unshare',
    ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', ...program],
    { reject: false },
  )
  expect(stderr).toMatch(/(full|free)/i)
  expect(stderr).toMatch(/->/)
  expect(exitCode).toBe(3)
})
