// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { Patch } from '../inputs/series/model.ts'
import { touchesExplored, whyNotExplorable } from './worth.ts'

const patchOf = (file: string): Patch => ({
  ...{ file: 'x.patch', subject: 'x', sha256: file, firstLine: 0, reverse: false },
  text: `--- a/${file}\n+++ b/${file}\n@@ -1 +1 @@\n-a\n+b\n`,
})
const on = (files: readonly string[], version = '6.1.7') =>
  ({ legs: { before: [], after: files.map(patchOf) }, tree: { meta: { version } } }) as unknown as Parameters<
    typeof whyNotExplorable
  >[0]

test.each([
  [['mm/zsmalloc.c'], true],
  [['mm/zpool.c'], true],
  [['include/linux/zpool.h'], true],
  [['mm/zpdesc.h'], true],
  [['drivers/gpu/drm/drm.h'], false],
  [['mm/vmscan.c'], false],
  [['mm/vmscan.c', 'mm/zswap.c'], true],
  [[], false],
])('a patch of %j is worth an exploration: %j', (files, is) => expect(touchesExplored(on(files))).toBe(is))

test('a patch that both legs have changes nothing', () => {
  const patch = patchOf('mm/zswap.c')
  expect(touchesExplored({ legs: { before: [patch], after: [patch] } })).toBe(false)
})

describe('it is known before anything is compiled', () => {
  test.each<[string, readonly string[], string, string, string, string | undefined]>([
    ['a config with zswap', ['mm/zswap.c'], 'zpool-on', '6.1.7', 'x64', undefined],
    ['a config with zram alone', ['mm/zsmalloc.c'], 'zpool-off', '6.1.7', 'x64', undefined],
    ['a patch of what the config leaves out', ['mm/zswap.c'], 'zpool-off', '6.1.7', 'x64', 'does not build'],
    ['another host', ['mm/zswap.c'], 'zpool-on', '6.1.7', 'arm64', 'x86_64 hosts only'],
    ['a tree without a version', ['mm/zswap.c'], 'zpool-on', 'next', 'x64', 'version of the tree is not known'],
  ])('%s', async (_, files, config, version, host, why) => {
    const found = await whyNotExplorable(on(files, version), config, host)
    if (why === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(why)
  })
})
