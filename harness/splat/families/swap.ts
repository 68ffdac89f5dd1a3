// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Messages of swap, zswap and zram about pages that they cannot find, write or bring back. */
export const swap: Family = {
  name: 'swap',
  kinds: {
    'bad-entry': 'swap entry of a device or an offset that does not exist',
    'unused-entry': 'swap entry of a slot or a device that is not in use',
    'read-error': 'page could not be read from its swap device',
    'write-error': 'page could not be written to its swap device',
    'decompress-error': 'page could not be decompressed',
  },
  heads: [
    {
      word: ['Bad swap file entry', 'Bad swap offset entry'],
      re: /^(?:\w{1,64}: ){0,2}(Bad swap (?:file|offset) entry) [0-9a-f]+/,
      kind: 'bad-entry',
      title: '{1}',
      bare: true,
      single: true,
      blame: 'none',
    },
    {
      word: ['Unused swap file entry', 'Unused swap offset entry'],
      re: /^(?:\w{1,64}: ){0,2}(Unused swap (?:file|offset) entry) [0-9a-f]+/,
      kind: 'unused-entry',
      title: '{1}',
      bare: true,
      single: true,
      blame: 'none',
    },
    {
      word: 'Read-error on swap-device',
      re: /^Read-error on swap-device/,
      kind: 'read-error',
      title: 'Read-error on swap-device',
      bare: true,
      single: true,
      blame: 'none',
    },
    {
      word: 'Write-error on swap-device',
      re: /^Write-error on swap-device/,
      kind: 'write-error',
      title: 'Write-error on swap-device',
      bare: true,
      single: true,
      blame: 'none',
    },
    {
      word: 'Decompression error from zswap',
      re: /^(?:zswap: )?Decompression error from zswap/,
      kind: 'decompress-error',
      title: 'Decompression error from zswap',
      bare: true,
      single: true,
      blame: 'none',
    },
    {
      word: 'zram: Decompression failed',
      re: /^zram: Decompression failed! err=/,
      kind: 'decompress-error',
      title: 'zram: Decompression failed',
      bare: true,
      single: true,
      blame: 'none',
    },
  ],
}
