// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { codeIn } from './owncode.ts'

let root: string
const write = (name: string, text: string): void => {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-owncode-'))
  write('code/run/execute.js', 'a')
  write('guest/modules/hold/hold.c', 'a')
  write('kconfigs/base.config', 'a')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const now = () => codeIn({ code: join(root, 'code'), guest: join(root, 'guest'), kconfigs: join(root, 'kconfigs') })

test.each(['code/run/execute.js', 'guest/modules/hold/hold.c', 'kconfigs/base.config'])('%s decides', async (file) => {
  const before = await now()
  write(file, 'b')
  expect(await now()).not.toBe(before)
})

test.each(['code/vm/new.js', 'guest/lanes/new.c', 'guest/host/ticks', 'kconfigs/profiles/new.config'])(
  'a new %s decides',
  async (file) => {
    const before = await now()
    write(file, 'a')
    expect(await now()).not.toBe(before)
  },
)

test('so does the name of a file', async () => {
  const before = await now()
  await rm(join(root, 'guest/modules/hold/hold.c'))
  write('guest/modules/hold/held.c', 'a')
  expect(await now()).not.toBe(before)
})

test.each(['code/run/execute.d.ts', 'code/run/execute.test.ts', 'code/testing/fake.js', 'code/run/README.md'])(
  '%s does not decide',
  async (file) => {
    const before = await now()
    write(file, 'a')
    expect(await now()).toBe(before)
  },
)
