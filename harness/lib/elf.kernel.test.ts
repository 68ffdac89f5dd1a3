// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { readTextBytes } from './elf.ts'

const SOURCE = `const char words[] = "constants are text";
int data[7] = {1};
int bss[9];
int twice(int x) { return 2 * x + bss[x]; }
`

test('text is what size counts as text', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'zsharness-text-'))
  try {
    await writeFile(join(dir, 'a.c'), SOURCE)
    await execa({ cwd: dir })`gcc -g -c a.c`
    const { stdout } = await execa({ cwd: dir })`size a.o`
    expect(readTextBytes(join(dir, 'a.o'))).toBe(Number(stdout.split('\n')[1]!.trim().split(/\s+/)[0]))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
