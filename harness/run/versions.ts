// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findArch } from '../inputs/arch/index.ts'
import { isCheckout, packageRoot } from '../lib/paths.ts'
import { sh } from '../lib/process/sh.ts'
import type { ArchName } from '../model/results.ts'

const firstLine = async (program: string): Promise<string> =>
  (await sh`${program} --version`).stdout.split('\n')[0] ?? ''

/** The versions of the programs that a result depends on, by name. */
export const versionsOf = async (archs: readonly ArchName[]): Promise<Record<string, string>> => {
  const own = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
  // An installed package may lie in the checkout of something else.
  const commit = isCheckout ? (await sh({ cwd: packageRoot })`git rev-parse --short HEAD`).stdout.trim() : ''
  const programs = ['make', 'git', ...archs.map((name) => findArch(name).qemu.binary)]
  const lines = await Promise.all(programs.map(async (name) => [name, await firstLine(name)] as const))
  return {
    zsharness: commit === '' ? own.version : `${own.version}+${commit}`,
    node: process.version,
    ...Object.fromEntries(lines),
  }
}
