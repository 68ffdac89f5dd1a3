// SPDX-License-Identifier: MIT
import { chmod, cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { packageRoot } from '../../lib/paths.ts'
import { translateMain } from '../bisect/program.ts'
import { type Boot, captured, damaged, FIXTURES, scriptOf } from './recording.ts'

/** What the cache holds before a run: everything, all but the after leg's kernel, the sources only, or nothing. */
export type Stock = 'built' | 'donor' | 'sources' | 'empty'

/** What all faults share: a checkout with the program and a toy series, the toy tree, and a cache that a run has filled. */
export interface Site {
  readonly root: string
  readonly main: string
  readonly tree: string
  /** The cache to copy. */
  readonly base: string
}

/** The folders of one fault. */
export interface World {
  readonly site: Site
  readonly dir: string
  readonly cache: string
  readonly tmp: string
  readonly bin: string
  /** The folder of the fake QEMU's scripts. */
  readonly scripts: string
}

const TREE = 'tree'

const makeCheckout = async (root: string): Promise<string> => {
  const checkout = join(root, 'checkout')
  await mkdir(join(checkout, 'patches'), { recursive: true })
  const main = await translateMain(checkout, join(packageRoot, 'harness/cli.ts'))
  for (const name of ['node_modules', 'package.json', 'kconfigs'])
    await symlink(join(packageRoot, name), join(checkout, name))
  await cp(join(FIXTURES, 'series'), join(checkout, 'patches/toy'), { recursive: true })
  await cp(join(FIXTURES, 'guest'), join(checkout, 'guest'), { recursive: true })
  await cp(join(FIXTURES, TREE), join(root, TREE), { recursive: true })
  await chmod(join(root, TREE, 'scripts/cc1'), 0o755)
  return main
}

/** Makes the site below TMPDIR; its cache is empty. */
export const openSite = async (): Promise<Site> => {
  const root = await mkdtemp(join(tmpdir(), 'zsf-'))
  const main = await makeCheckout(root)
  await mkdir(join(root, 'base'))
  return { root, main, tree: join(root, TREE), base: join(root, 'base') }
}

const qemu = (scripts: string): string => `#!/bin/sh
case "$1" in --version) echo 'QEMU emulator version 7.2.22 (fake)'; exit ;; esac
exec ${process.execPath} ${join(import.meta.dirname, 'fake-qemu.mjs')} ${scripts} "$@"
`

/** The boots that the fake QEMU plays, each by the kernel that it is given. */
export interface Boots {
  readonly before?: Boot
  readonly after?: Boot
}

/** Writes the scripts of a world; by default those of a run that ends with `fixed`. */
export const writeScripts = async ({ scripts }: World, { before, after }: Boots = {}): Promise<void> => {
  await rm(scripts, { recursive: true, force: true })
  await mkdir(scripts, { recursive: true })
  const boots = { before: before ?? captured('before'), after: after ?? captured('after'), damaged }
  for (const [name, boot] of Object.entries(boots))
    await writeFile(join(scripts, `${name}.json`), JSON.stringify(scriptOf(boot)))
}

const drop = async (cache: string, kind: string, keep: (text: string) => boolean): Promise<void> => {
  const root = join(cache, kind)
  for (const name of await readdir(root).catch(() => []))
    if (!keep(name)) await rm(join(root, name), { recursive: true, force: true })
}

const stock = async (cache: string, what: Stock): Promise<void> => {
  if (what === 'empty') await rm(cache, { recursive: true, force: true })
  if (what === 'donor' || what === 'sources') await drop(cache, 'guests', () => false)
  if (what === 'sources') await drop(cache, 'builds', () => false)
  if (what === 'donor') {
    const after = await execa({ cwd: join(cache, 'builds'), reject: false })`grep -lF ZS-FIXED -r --include=bzImage .`
    const key = after.stdout.split('/')[1] ?? 'no-key'
    await drop(cache, 'builds', (name) => !name.startsWith(key))
  }
}

let count = 0

/** A new world, whose cache holds a copy of the site's. */
export const makeWorld = async (site: Site, what: Stock, at = join(site.root, `w${count++}`)): Promise<World> => {
  const world = { site, dir: at, cache: join(at, 'c'), tmp: join(at, 't'), bin: join(at, 'b'), scripts: join(at, 's') }
  await mkdir(world.bin, { recursive: true })
  await mkdir(world.tmp)
  await execa`cp -a ${site.base} ${world.cache}`
  await stock(world.cache, what)
  await writeFile(join(world.bin, 'qemu-system-x86_64'), qemu(world.scripts), { mode: 0o755 })
  await writeScripts(world)
  return world
}
