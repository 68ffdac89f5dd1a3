// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findSandbox } from '../sandbox.ts'
import { maintainersOf } from './maintainers.ts'

let tree: string
beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), 'zsharness-maintainers-'))
  for (const dir of ['scripts', 'mm']) await mkdir(join(tree, dir))
  await writeFile(join(tree, 'mm/a.c'), '')
})
afterAll(() => rm(tree, { recursive: true, force: true }))

const script = (text: string): Promise<void> => writeFile(join(tree, 'scripts/get_maintainer.pl'), text)

test('perl runs the script of the tree, where MAINTAINERS is', async () => {
  await script(
    'open(my $in, "<", "MAINTAINERS") or die "no MAINTAINERS\\n"; print <$in>; print "of\\@$ARGV[-1] (x)\\n";',
  )
  await writeFile(join(tree, 'MAINTAINERS'), 'Ann <ann@example.org> (maintainer:A)\n')
  expect(await maintainersOf(tree, 'mm/a.c')).toEqual({
    maintainers: [
      { name: 'Ann', email: 'ann@example.org', role: 'maintainer:A' },
      { name: null, email: 'of@mm/a.c', role: 'x' },
    ],
  })
})

// As for builds: some hosts have no sandbox, and doctor says so.
test.runIf((await findSandbox()) !== 'none')('a script cannot write to its tree', async () => {
  await script('open(my $out, ">", "mm/b.c") or die "read-only\\n"; print "ann\\@example.org (x)\\n";')
  expect(await maintainersOf(tree, 'mm/a.c')).toEqual({
    reason: 'scripts/get_maintainer.pl exited with 30: read-only',
  })
})
