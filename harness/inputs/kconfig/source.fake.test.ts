// SPDX-License-Identifier: MIT
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTempDir } from '../../lib/files/temp.ts'
import { HostError } from '../../model/errors.ts'
import { definitionsOf } from './source.ts'

test('an option is looked for in the Kconfig files of its architecture and in the common ones', () =>
  inTempDir('kconfig', async (src) => {
    for (const place of ['mm', 'arch/x86', 'arch/arm64']) {
      await mkdir(join(src, place), { recursive: true })
      await writeFile(join(src, place, 'Kconfig'), `config ZSWAP\n\tbool "x" if ${place.replace('/', '_')}\n`)
    }
    const prompts = async (arch: string) => (await definitionsOf(src, arch, 'ZSWAP')).flatMap(({ prompts: of }) => of)
    expect((await prompts('x86')).sort()).toEqual(['arch_x86', 'mm'])
    expect((await prompts('arm64')).sort()).toEqual(['arch_arm64', 'mm'])
    expect(await definitionsOf(src, 'x86', 'ZPOOL')).toEqual([])
  }))

test('a source that cannot be read does not lack an option', () =>
  inTempDir('kconfig', async (dir) => {
    await expect(definitionsOf(join(dir, 'gone'), 'x86', 'ZSWAP')).rejects.toBeInstanceOf(HostError)
  }))
