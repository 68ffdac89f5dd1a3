// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { recordingContext } from '../../testing/fake-tree.ts'
import type { CheckedLeg } from './check.ts'
import { checkpatch } from './checkpatch.ts'

let bin: string
beforeEach(async () => {
  bin = await mkdtemp(join(tmpdir(), 'zsharness-perl-'))
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(bin, { recursive: true, force: true })
})

/** Puts a shell script in perl's place; its last argument is the patch. */
const fakePerl = (script: string): Promise<void> =>
  writeFile(join(bin, 'perl'), `#!/bin/sh\nfor patch; do :; done\n${script}\n`, { mode: 0o755 })

const leg = (...texts: string[]) =>
  ({ kernel: { dir: '/k' }, patches: texts.map((text) => ({ text })) }) as unknown as CheckedLeg

const diagnose = (texts: readonly string[], signal?: AbortSignal) =>
  checkpatch.diagnose(leg(...texts), recordingContext(signal))

test('every line of a long output counts, of every patch', async () => {
  await fakePerl(
    'seq 1 500 | while read -r n; do echo "mm/a.c:$n: WARNING:LONG_LINE: $(cat "$patch") $n"; done; exit 1',
  )
  const found = await diagnose(['first', 'second'])
  expect(found).toHaveLength(1000)
  expect(found[0]).toMatchObject({ file: 'mm/a.c', line: 1, message: 'first 1', option: 'LONG_LINE' })
  expect(found.at(-1)).toMatchObject({ line: 500, message: 'second 500' })
})

test('no patch, nothing found', async () => expect(await diagnose([])).toEqual([]))

test('a script that fails is an error of the host, with its last line', async () => {
  await fakePerl('echo "Can\'t locate strict.pm" >&2; exit 2')
  await expect(diagnose(['x'])).rejects.toMatchObject({
    name: 'HostError',
    message: "checkpatch.pl exited with 2: Can't locate strict.pm",
    hint: 'run it by hand (perl /k/src/scripts/checkpatch.pl), or leave out --checks checkpatch',
  })
})

test('an interrupt stops it', async () => {
  await fakePerl('exec sleep 60')
  await expect(diagnose(['x'], AbortSignal.timeout(100))).rejects.toMatchObject({ exitCode: 130 })
})
