// SPDX-License-Identifier: MIT
import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { inTempDir } from '../../../lib/files/temp.ts'
import { byHand, compare, copyTree, equip, harness, makeSides, say, seconds } from './sides.ts'

const SERIES = '6.12'

/** The versions of the package that apt can get, the newest first. */
const served = async (name: string): Promise<readonly string[]> => {
  const { stdout } = await execa('apt-cache', ['madison', name])
  return [...new Set(stdout.split('\n').flatMap((line) => line.split('|')[1]?.trim() ?? []))]
}

/** Downloads the package in this version; returns the archive of the kernel that it holds. */
const archiveOf = async (name: string, version: string, dir: string): Promise<string> => {
  await mkdir(dir)
  await execa('apt-get', ['download', `${name}=${version}`], { cwd: dir })
  const [deb] = (await readdir(dir)).filter((file) => file.endsWith('.deb'))
  await execa('dpkg-deb', ['-x', deb!, '.'], { cwd: dir })
  const archive = join(dir, `linux-${version.split('-')[0]}.tar.xz`)
  await rename(join(dir, `usr/src/${name}.tar.xz`), archive)
  return archive
}

/**
 * A stable update of Debian: the script unpacks the new version beside the old one, copies what differs, and runs make; the
 * harness is given the new tree.
 */
export const benchUpdate = (): Promise<void> =>
  inTempDir('bench', async (root) => {
    const name = `linux-source-${SERIES}`
    const [newer, older] = await served(name)
    if (newer === undefined || older === undefined) return say(`${name}: apt serves one version, so there is no update`)
    say(`${older} to ${newer}`)
    const sides = await makeSides(root)
    const [was, now] = await Promise.all([older, newer].map((one, nth) => archiveOf(name, one, join(root, `v${nth}`))))
    const next = join(root, 'next')
    await copyTree(`tar:${was}`, [sides.theirs], root)
    await copyTree(`tar:${now}`, [next], root)
    say(`build of the older one: ${(await seconds(() => harness(sides, `tar:${was}`))).toFixed(1)} s`)
    const qemu = await equip(sides, await harness(sides, `tar:${was}`))
    say(`make of the older one by hand: ${(await seconds(() => byHand(sides, qemu))).toFixed(1)} s`)
    await compare(
      'a stable update',
      async () => {
        // What is equal keeps its time: make compiles what differs.
        await execa('bash', ['-c', COPY_CHANGED, 'copy', next, sides.theirs])
        await byHand(sides, qemu)
      },
      () => harness(sides, `tar:${now}`),
    )
  })

const COPY_CHANGED = `
cd "$1" && find . -type f -print0 | while IFS= read -r -d '' file; do
  cmp -s "$file" "$2/$file" || { mkdir -p "$(dirname "$2/$file")" && cp "$file" "$2/$file"; }
done`
