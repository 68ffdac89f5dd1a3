// SPDX-License-Identifier: MIT
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BEFORE, FILE, MODULES, notesFile, programFile, sourceFile } from '../../bundle/names.ts'
import { imageFile } from '../../bundle/open.ts'
import { isBundlePath } from '../../bundle/path.ts'
import { bootScript } from '../../bundle/script.ts'
import type { BundleFile } from '../../bundle/tar.ts'
import { newcArchive } from '../../guest/cpio.ts'
import { deciding } from '../../guest/generation.ts'
import { type HoldPlan, holdEntries } from '../../guest/holds.ts'
import { INITRAMFS } from '../../guest/initramfs.ts'
import { type Program, programFiles } from '../../guest/programs.ts'
import { ticksProgram } from '../../guest/ticks.ts'
import { findArch } from '../../inputs/arch/index.ts'
import { functionsIn } from '../../kernel/functions.ts'
import { objectDir, sourceDir } from '../../kernel/layout.ts'
import type { Kernel } from '../../kernel/model.ts'
import { symbolsOnly } from '../../lib/elf.ts'
import { HostError } from '../../model/errors.ts'
import type { Additions, ArchName } from '../../model/results.ts'

const fileAt = async (path: string, from: string): Promise<BundleFile> => ({ path, data: await readFile(from) })

/** The file, if there is one: a leg may lack a source, and a build without coverage has no notes. */
const ifThere = async (path: string, from: string): Promise<readonly BundleFile[]> => {
  if (!isBundlePath(path)) return []
  const data = await readFile(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
    throw error
  })
  return data === undefined ? [] : [{ path, data }]
}

/** A System.map of the functions that decide how a kernel writes back: nothing else is read of it. */
const mapOf = async (path: string, kernelDir: string): Promise<BundleFile> => {
  const functions = [...(await functionsIn(objectDir(kernelDir), deciding))].sort()
  return { path, data: Buffer.from(functions.map((name) => `0000000000000000 T ${name}\n`).join('')) }
}

/** What a boot needs. */
interface BootParts {
  readonly arch: ArchName
  readonly kernel: Kernel
  readonly guestDir: string
  readonly holds: HoldPlan
  readonly programs: readonly Program[]
  readonly added: Additions
  readonly parameters: readonly string[]
  /** The before leg's kernel, for the after leg; null without one. */
  readonly beforeDir: string | null
}

/** The files that a boot needs. */
export const bootFiles = async (parts: BootParts): Promise<readonly BundleFile[]> => {
  const { kernel, guestDir, holds, programs, added, parameters, beforeDir } = parts
  const arch = findArch(parts.arch)
  const image = imageFile(arch.name)
  const entries = [...holdEntries(holds), ...(programs.length === 0 ? [] : programFiles(programs, added.workloadProcs))]
  const script = bootScript({ arch, image, parameters, memoryMiB: added.memoryMiB, diskMiB: added.diskMiB })
  return [
    await fileAt(image, join(kernel.dir, kernel.meta.image)),
    await fileAt(FILE.initramfs, join(guestDir, INITRAMFS)),
    { path: FILE.added, data: newcArchive(entries) },
    { path: FILE.script, data: Buffer.from(script), executable: true },
    await fileAt(FILE.config, join(objectDir(kernel.dir), '.config')),
    await mapOf(FILE.map, kernel.dir),
    ...(beforeDir === null ? [] : [await mapOf(`${BEFORE}/${FILE.map}`, beforeDir)]),
    ...(arch.clockParameters === null ? [] : [{ path: FILE.ticks, data: await ticksProgram(), executable: true }]),
    ...programs.map(({ data }, index) => ({ path: programFile(index), data, executable: true })),
  ]
}

const modulesIn = async (guestDir: string): Promise<readonly BundleFile[]> => {
  const names = (await readdir(guestDir, { recursive: true })).filter((name) => name.endsWith('.ko')).sort()
  return Promise.all(names.map((name) => fileAt(`${MODULES}/${basename(name)}`, join(guestDir, name))))
}

/** What judging needs besides. */
interface JudgeParts extends Pick<BootParts, 'kernel' | 'guestDir'> {
  readonly touched: readonly string[]
  /** The folder of the touched files without the patch; null for the before leg. */
  readonly baseline: string | null
}

/** The files that symbols and coverage need. */
export const judgeFiles = async ({
  kernel,
  guestDir,
  touched,
  baseline,
}: JudgeParts): Promise<readonly BundleFile[]> => {
  const vmlinux = join(objectDir(kernel.dir), 'vmlinux')
  const own = sourceDir(kernel.dir)
  const sources = touched.map((file) => ifThere(sourceFile(file), join(own, file)))
  const notes = touched
    .filter((file) => file.endsWith('.c'))
    .map((file) => ifThere(notesFile(file), join(own, notesFile(file).slice('src/'.length))))
  const before =
    baseline === null ? [] : touched.map((file) => ifThere(`${BEFORE}/${sourceFile(file)}`, join(baseline, file)))
  return [
    { path: FILE.vmlinux, data: readSymbols(vmlinux) },
    await fileAt(FILE.log, join(kernel.dir, FILE.log)),
    ...(await modulesIn(guestDir)),
    ...(await Promise.all([...sources, ...notes, ...before])).flat(),
  ]
}

const readSymbols = (vmlinux: string): Buffer => {
  try {
    return symbolsOnly(vmlinux)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new HostError(
      `${vmlinux} is missing: the build in the cache is damaged`,
      'remove it with zsharness clean, and run again',
      error,
    )
  }
}
