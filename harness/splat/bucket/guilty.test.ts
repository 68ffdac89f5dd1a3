// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { readSplats } from '../../testing/splats.ts'
import type { Frame } from '../model.ts'
import { guiltyFile } from './guilty.ts'

const frame = (name: string, location: string | null = null, inlined: Frame['inlined'] = []): Frame => ({
  ...{ function: name, offset: 1, size: 2, module: null, location, unreliable: false, inlined },
})

test.each<[string, Parameters<typeof guiltyFile>[0], [string, string] | null]>([
  [
    'its frame',
    { function: 'f', frames: [frame('e', 'mm/e.c:1'), frame('f', 'mm/f.c:12')], lines: [] },
    ['mm/f.c', 'stack'],
  ],
  [
    'its frame, with a suffix and a path of its build',
    { function: 'f', frames: [frame('f.isra.0', '../mm/f.c:12')], lines: [] },
    ['mm/f.c', 'stack'],
  ],
  [
    'a call that was inlined',
    { function: 'f', frames: [frame('g', 'mm/g.c:1', [{ function: 'f', location: 'mm/f.h:3' }])], lines: [] },
    ['mm/f.h', 'stack'],
  ],
  [
    'its WARNING',
    { function: 'f', frames: [frame('f')], lines: ['WARNING: CPU: 0 PID: 1 at mm/f.c:12 f+0x1/0x2'] },
    ['mm/f.c', 'header'],
  ],
  [
    'its WARNING since 6.18',
    { function: 'f', frames: [frame('f')], lines: ['WARNING: [a == b] mm/f.c:12 at f+0x1/0x2, CPU#0: init/1'] },
    ['mm/f.c', 'header'],
  ],
  ['its BUG', { function: 'f', frames: [frame('f')], lines: ['kernel BUG at mm/f.c:12!'] }, ['mm/f.c', 'header']],
  [
    'no WARNING of what it called',
    {
      function: 'f',
      frames: [frame('kref_get'), frame('f')],
      lines: ['WARNING: CPU: 0 PID: 1 at lib/kref.c:12 kref_get+0x1/0x2'],
    },
    null,
  ],
  [
    'no BUG of what it called',
    { function: 'f', frames: [frame('list_add'), frame('f')], lines: ['kernel BUG at lib/list_debug.c:12!'] },
    null,
  ],
  [
    'no check in a header',
    { function: 'f', frames: [frame('f')], lines: ['kernel BUG at include/linux/mm.h:12!'] },
    null,
  ],
  [
    'nothing else',
    {
      function: 'f',
      frames: [frame('f')],
      lines: ['BUG: sleeping function called from invalid context at mm/slab.h:12'],
    },
    null,
  ],
  ['nothing without a function', { function: null, frames: [frame('f', 'mm/f.c:1')], lines: [] }, null],
])('the file to blame is that of %s', (_, splat, expected) => {
  const guilty = guiltyFile(splat)
  expect(guilty === null ? null : [guilty.file, guilty.from]).toEqual(expected)
})

test('a report names the file that its own lines show', () => {
  const [splat] = readSplats(`[    1.000000] ------------[ cut here ]------------
[    1.000001] WARNING: CPU: 0 PID: 1 at mm/zsmalloc.c:901 zs_free+0x10/0x80
[    1.000002] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0 #1
[    1.000003] RIP: 0010:zs_free+0x10/0x80
[    1.000004] Call Trace:
[    1.000005]  zswap_free_entry+0x20/0x90
[    1.000006] ---[ end trace 0000000000000000 ]---
`)
  expect(splat).toMatchObject({ bucket: 'warning:zs_free', guilty: { file: 'mm/zsmalloc.c', from: 'header' } })
})
