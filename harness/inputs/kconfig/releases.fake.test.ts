// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { archs } from '../arch/index.ts'
import { parseVersion } from '../tree/version.ts'
import { composeConfig, configNames, profileNames } from './compose.ts'
import { renderOptions } from './fragment.ts'

const RELEASES = ['6.1', '6.2', '6.6', '6.10', '6.12', '6.18', '7.3']

const asked = async (version: string, arch: string, config: string, profile = 'kasan') => {
  const wanted = await composeConfig({ arch, config, profile }, parseVersion(version)!)
  return { wanted, lines: new Set(renderOptions(wanted)) }
}

const releasesWith = async (line: string, config: string, profile?: string): Promise<readonly string[]> => {
  const found = await Promise.all(
    RELEASES.map(async (version) => {
      const each = await Promise.all(archs.map(({ name }) => asked(version, name, config, profile)))
      const has = each.map(({ lines }) => lines.has(line))
      return has.every(Boolean) ? [version] : has.some(Boolean) ? [`${version} on some architectures`] : []
    }),
  )
  return found.flat()
}

const UNTIL_6_2 = ['6.1', '6.2']
const UNTIL_6_12 = ['6.1', '6.2', '6.6', '6.10', '6.12']

describe('which releases are asked for it', () => {
  test.each([
    ['zpool-on', 'CONFIG_FRONTSWAP=y', UNTIL_6_2],
    ['zpool-on', 'CONFIG_EMBEDDED=y', UNTIL_6_2],
    ['zpool-off', 'CONFIG_EMBEDDED=y', UNTIL_6_2],
    ['zpool-on', 'CONFIG_MEMCG_KMEM=y', ['6.1', '6.2', '6.6']],
    ['zpool-on', 'CONFIG_ZPOOL=y', UNTIL_6_12],
    ['zpool-on-nocompact', 'CONFIG_ZSWAP_ZPOOL_DEFAULT_ZSMALLOC=y', UNTIL_6_12],
    ['zpool-on', 'CONFIG_ZSWAP=y', RELEASES],
    ['zpool-on-nocompact', '# CONFIG_COMPACTION is not set', RELEASES],
    ['zpool-off', '# CONFIG_ZSWAP is not set', RELEASES],
    ['zpool-off', 'CONFIG_ZRAM=y', RELEASES],
    ['zpool-off', 'CONFIG_ZRAM_BACKEND_LZO=y', ['6.12', '6.18', '7.3']],
    ['zpool-off-nocompact', 'CONFIG_ZSMALLOC=y', RELEASES],
    ['zpool-on', 'CONFIG_PREEMPT_VOLUNTARY=y', RELEASES],
    ['zpool-on', 'CONFIG_PREEMPT_LAZY=y', RELEASES],
    ['zpool-on', 'CONFIG_SYSCTL=y', RELEASES],
    ['zpool-on', 'CONFIG_GCOV_KERNEL=y', RELEASES],
  ])('%s: %s', async (config, line, releases) => {
    expect(await releasesWith(line, config)).toEqual(releases)
  })

  test.each([
    ['lockdep', 'CONFIG_PROVE_LOCKING=y', RELEASES],
    ['lockdep', 'CONFIG_KASAN=y', []],
    ['plain', '# CONFIG_KASAN is not set', RELEASES],
    ['kasan', 'CONFIG_KASAN_VMALLOC=y', RELEASES],
  ])('profile %s: %s', async (profile, line, releases) => {
    expect(await releasesWith(line, 'zpool-on', profile)).toEqual(releases)
  })

  test.each(['6.6-rc1', '6.18-rc1'])('%s is the first without what that release removed', async (version) => {
    const { lines } = await asked(version, 'x86_64', 'zpool-on')
    expect(lines.has('CONFIG_FRONTSWAP=y')).toBe(false)
    expect(lines.has('CONFIG_ZPOOL=y')).toBe(version === '6.6-rc1')
  })
})

test.each([
  ['6.1', []],
  ['6.5.13', ['CONFIG_EMBEDDED', 'CONFIG_FRONTSWAP']],
  ['6.9', ['CONFIG_MEMCG_KMEM']],
  ['6.17', ['CONFIG_ZPOOL', 'CONFIG_ZSWAP_ZPOOL_DEFAULT_ZSMALLOC']],
  ['7.3', []],
])('after %s these go away: %j', async (version, names) => {
  const { wanted } = await asked(version, 'x86_64', 'zpool-on')
  expect(wanted.filter(({ leaving }) => leaving).map(({ name }) => name)).toEqual(names)
})

test('every config and profile keeps what the harness cannot do without', async () => {
  for (const version of RELEASES)
    for (const { name: arch } of archs)
      for (const config of await configNames())
        for (const profile of await profileNames()) {
          const { lines } = await asked(version, arch, config, profile)
          const zswap = lines.has('CONFIG_ZSWAP=y')
          expect({ config, zswap, zram: lines.has('CONFIG_ZRAM=y') }).toEqual({
            ...{ config, zswap: !config.startsWith('zpool-off'), zram: !config.startsWith('zpool-on') },
          })
          for (const line of ['CONFIG_SWAP=y', 'CONFIG_ZSMALLOC=y', 'CONFIG_MEMCG=y', 'CONFIG_KPROBES=y'])
            expect(lines, `${version} ${arch} ${config} ${profile}`).toContain(line)
        }
})
