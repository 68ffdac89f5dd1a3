// SPDX-License-Identifier: MIT
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addedFrom, readAdded } from './added.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-added-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const read = (file: string) => readAdded(addedFrom({ kconfig: [join(root, file)], param: ['a=1'] }))

test('the text of a Kconfig fragment is recorded, as the file may change or go', async () => {
  await writeFile(join(root, 'my.config'), 'CONFIG_FOO=y\n')
  expect(await read('my.config')).toMatchObject({
    kconfig: [{ file: join(root, 'my.config'), text: 'CONFIG_FOO=y\n' }],
    parameters: ['a=1'],
  })
})

test.each([
  ['a file that does not exist', 'no.config', /no\.config: cannot be read \(ENOENT\)/],
  ['a folder', '.', /cannot be read \(EISDIR\)/],
  ['a line that is none', 'bad.config', /bad\.config:2:1: not a Kconfig line: "int main\(void\);"/],
  ['a file without options', 'empty.config', /empty\.config: sets no option/],
])('%s is refused before anything is built', async (_, file, message) => {
  await writeFile(join(root, 'bad.config'), 'CONFIG_FOO=y\nint main(void);\n')
  await writeFile(join(root, 'empty.config'), '# nothing\n')
  await expect(read(file)).rejects.toMatchObject({ name: 'UsageError', message: expect.stringMatching(message) })
})
