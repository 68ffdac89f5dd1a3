// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { objectDir } from '../kernel/layout.ts'
import type { Objects } from './objects.ts'
import { haveSameCode } from './samecode.ts'

let root: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-samecode-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

// As in 7.3, where the code refers to an entry of the table, which has the line.
const WARN = `asm volatile("1: nop\\n.pushsection __bug_table, \\"aw\\"\\n2: .long 1b - ., %c0\\n.popsection\\n.long 2b - ." : : "i"(__LINE__));`
const code = (result: number, above = '') => `${above}int f(void)\n{\n\t${WARN}\n\treturn ${result};\n}\n`

const compiled = async (name: string, text: string): Promise<Objects> => {
  const dir = join(root, name)
  await mkdir(objectDir(dir), { recursive: true })
  await writeFile(join(dir, 'x.c'), text)
  await execa('gcc', ['-g', '-O2', '-c', 'x.c', '-o', join(objectDir(dir), 'x.o')], { cwd: dir })
  return { dir, meta: { objects: { 'x.o': name } } } as unknown as Objects
}

test('a line that moved changes no code, another value does', async () => {
  const was = await compiled('was', code(1))
  expect(await haveSameCode(was, await compiled('moved', code(1, '/* moved */\n')))).toBe(true)
  expect(await haveSameCode(was, await compiled('other', code(2)))).toBe(false)
})
