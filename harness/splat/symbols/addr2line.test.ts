// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseAddr2line } from './addr2line.ts'

test('inlined calls come first, the function itself last', () => {
  const text = `0xffffffff81237f20
zswap_rb_search
/src/mm/zswap.c:312
zswap_entry_find_get
/src/o/../mm/zswap.c:405 (discriminator 3)
zswap_writeback_entry
/src/mm/zswap.c:974
0x0000000000000001
??
??:0
`
  expect(parseAddr2line(text)).toEqual(
    new Map([
      [
        0xffffffff81237f20n,
        [
          { function: 'zswap_rb_search', file: '/src/mm/zswap.c', line: 312 },
          { function: 'zswap_entry_find_get', file: '/src/o/../mm/zswap.c', line: 405 },
          { function: 'zswap_writeback_entry', file: '/src/mm/zswap.c', line: 974 },
        ],
      ],
      [1n, [{ function: '??', file: undefined, line: 0 }]],
    ]),
  )
})
