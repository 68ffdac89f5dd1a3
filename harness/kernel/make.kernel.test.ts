// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { buildPlace, GROUPED, runCompiler, runMake } from './make.ts'
import { BuildOutput } from './output.ts'

let src: string
beforeAll(async () => {
  src = await mkdtemp(join(tmpdir(), 'zsharness-grouped-'))
  await mkdir(join(src, 'o'))
  // As kbuild does: one recipe announces its object and compiles it; folders are makes of their own.
  const makefile = `MAKEFLAGS += -rR
.PHONY: all one two objects
all: one two
one two: ; @$(MAKE) --no-print-directory -f ../Makefile objects DIR=$@
objects: $(addprefix $(DIR)/,$(addsuffix .o,1 2 3 4 5 6 7 8))
%.o: ; @mkdir -p $(@D); echo '  CC      $@'; sleep 0.0$(words $(MAKELEVEL) x)$(notdir $*); gcc -Wall -c ../a.c -o $@; sleep 0.05; gcc -Wall -c ../b.c -o $@
`
  await writeFile(join(src, 'Makefile'), makefile)
  await writeFile(join(src, 'a.h'), 'static int in_header;\n')
  await writeFile(join(src, 'a.c'), '#include "a.h"\nstatic int in_a;\n')
  await writeFile(join(src, 'b.c'), 'static int in_b;\n')
})
afterAll(() => rm(src, { recursive: true, force: true }))

test('with many jobs, each message is attributed to the object that printed it', async () => {
  const output = new BuildOutput(join(src, 'o'))
  const argv = ['make', '-C', join(src, 'o'), '-f', '../Makefile', '-j8', GROUPED, 'all']
  const { ended } = await runMake(argv, buildPlace(src), { onLine: (line) => output.push(line) })
  expect(ended).toEqual({ by: 'exit', code: 0 })
  const found = output.diagnostics.map(({ target, file }) => `${target} ${file}`).sort()
  const objects = ['one', 'two'].flatMap((dir) => [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `${dir}/${n}.o`))
  expect(found).toEqual(objects.flatMap((object) => ['a.c', 'a.h', 'b.c'].map((file) => `${object} ${file}`)))
})

test('a TMPDIR with a comma, blanks and quotes is harmless to gcc', async () => {
  // What the driver and the assembler put on their command lines must survive this name.
  const temp = join(src, `a, "b" $c'd -Wl,x`)
  await mkdir(temp)
  vi.stubEnv('TMPDIR', temp)
  const argv = ['gcc', '-c', '-Wp,-MMD,a.d', '-Wa,--noexecstack', '-o', join(src, 'a.out'), join(src, 'b.c')]
  const { ended, tail } = await runCompiler(argv, { cwd: src })
  vi.unstubAllEnvs()
  expect({ ended, tail }).toEqual({ ended: { by: 'exit', code: 0 }, tail: [] })
  expect(await readdir(temp)).toEqual([])
})
