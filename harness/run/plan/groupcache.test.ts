// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { SourceMeta } from '../../inputs/series/source.ts'
import type { KernelMeta } from '../../kernel/model.ts'
import type { PlannedBuild } from './forecast.ts'
import { describeFinished, likelyDonors, unequalOptions } from './groupcache.ts'
import { groupName, guessedVersion } from './planned.ts'

const meta = (key: string, over: Partial<KernelMeta> = {}) =>
  ({ key, arch: 'x86_64', toolchain: 'gcc', options: ['CONFIG_A=y'], listing: 'patched', ...over }) as KernelMeta
const source = {
  treeKey: 'tree',
  listing: 'patched',
  patches: [{ sha256: 'cafe', reverse: false }],
  patchedFiles: { 'mm/zsmalloc.c': 'beef', 'mm/gone.c': null },
} as unknown as SourceMeta

describe('finished builds', () => {
  test('are described by their source', () => {
    expect(describeFinished([meta('one')], [source])).toEqual([
      {
        meta: meta('one'),
        options: ['CONFIG_A=y'],
        patches: new Map([['+cafe', ['mm/zsmalloc.c', 'mm/gone.c']]]),
        group: groupName('tree', 'x86_64', 'gcc'),
      },
    ])
  })

  test('are left out when their source is not known', () =>
    expect(describeFinished([meta('one', { listing: 'other' })], [source])).toEqual([]))

  test('are likely donors when they are among the eight nearest', () => {
    const near = meta('near')
    const far = Array.from({ length: 9 }, (_, nth) =>
      meta(`far${nth}`, { options: [...Array(nth + 2).keys()].map((n) => `CONFIG_X${n}=y`) }),
    )
    const wanted = { options: ['CONFIG_A=y'], patches: new Map() } as unknown as PlannedBuild
    const donors = likelyDonors([wanted], describeFinished([...far, near], [source])).map(({ meta: { key } }) => key)
    expect(donors).toHaveLength(8)
    expect(donors).toContain('near')
    expect(donors).not.toContain('far8')
  })
})

test('options that are not set alike in all builds', () => {
  const builds = [
    ['CONFIG_A=y', 'CONFIG_B=8', '# CONFIG_C is not set', 'GCOV_PROFILE_x.o=y'],
    ['CONFIG_A=y', 'CONFIG_B=9', 'CONFIG_C=y'],
    ['CONFIG_A=y', 'CONFIG_B=8', 'CONFIG_C=y', 'CONFIG_D=y'],
  ]
  expect(unequalOptions(builds.map((options) => ({ options, patches: new Map() })))).toEqual(['B', 'C', 'D'])
})

test.each([
  ['debian:6.12', { major: 6, minor: 12, patch: 0 }],
  ['debian:6.12=6.12.117-1~deb12u1', { major: 6, minor: 12, patch: 117 }],
  ['debian:7.4=7.4~rc2-1~exp1', { major: 7, minor: 4 }],
  ['v6.2-rc4', { major: 6, minor: 2, rc: 4 }],
  ['6.1.100', { major: 6, minor: 1, patch: 100 }],
  ['git:https://example.org/linux.git#v6.6', { major: 6, minor: 6 }],
  ['git:../linux#my-branch', { major: 6, minor: 1 }],
  ['dir:../linux', { major: 6, minor: 1 }],
])('the version of tree %s before it is there', (spec, version) => expect(guessedVersion(spec)).toMatchObject(version))
