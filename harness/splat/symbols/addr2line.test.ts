// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { archs } from '../../inputs/arch/index.ts'
import type { ElfFile } from '../../lib/elf.ts'
import { parseAddr2line, resolveAddresses } from './addr2line.ts'

const elfOf = (machine: number) => ({ path: '/vmlinux', machine }) as ElfFile
const absent = async () => ({ ok: false, stdout: '', why: 'could not start' })

test.each(archs)('an ELF file of $name is read by its own binutils, else by LLVM', async (arch) => {
  const failed = resolveAddresses(elfOf(arch.elfMachine), '.text', [1n], absent)
  await expect(failed).rejects.toThrow(`${arch.crossPrefix}addr2line could not start`)
  await expect(failed).rejects.toThrow(
    /llvm-addr2line could not start; and its debug information cannot be read: ENOENT/,
  )
  await expect(failed).rejects.toMatchObject({
    hint: expect.stringMatching(/^apt-get install binutils(-[a-z0-9-]+gnu)?$/),
  })
})

test('an ELF file of another architecture needs LLVM', () =>
  expect(resolveAddresses(elfOf(0), '.text', [1n], absent)).rejects.toMatchObject({ hint: 'apt-get install llvm' }))

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
