// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../lib/paths.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-completion-'))
  await mkdir(join(dir, 'run1/cells/a-cell'), { recursive: true })
})
afterAll(() => rm(dir, { recursive: true, force: true }))

// What bash offers for each line, as readline asks for it; `compopt` only works there.
const ASK = `source <("$1" "$2" completion bash)
compopt() { options+=" $*"; }
COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
for COMP_LINE in "\${@:3}"; do
	COMP_POINT=\${#COMP_LINE} options=
	_zsharness
	echo "\${COMPREPLY[*]} [\${options# }]"
done`

const CASES = [
  ['zsharness replay ru', ' [-o default]'],
  ['zsharness replay run1/', 'run1/a-cell []'],
  ['zsharness run --tree debian:6', '6.1 6.12 []'],
  ['zsharness run --tree dir:ru', 'run1/ [-o nospace]'],
  ['zsharness run --config=zpool-on-', 'zpool-on-nocompact []'],
  ['zsharness run --config zpool-off,zpool-on-', 'zpool-off,zpool-on-nocompact []'],
  ['zsharness mat', 'matrix []'],
  ['zsharness run --patch x', ' [-o default]'],
  ['zsharness run $(touch hit) --confi', '--config --confidence []'],
]

test('bash offers what can stand there, with colons, lists and paths, and runs nothing of the line', async () => {
  const call = ['-c', ASK, 'bash', process.execPath, join(packageRoot, 'dist/cli.js'), ...CASES.map(([line]) => line!)]
  const { stdout } = await execa('bash', call, { cwd: dir })
  expect(stdout.split('\n')).toEqual(CASES.map(([, offered]) => offered))
  expect(await readdir(dir)).not.toContain('hit')
})
