// SPDX-License-Identifier: MIT
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sh } from '../../lib/process/sh.ts'
import { HostError } from '../../model/errors.ts'
import { type Definition, findDefinitions } from './explain.ts'

/** All definitions of an option (named without `CONFIG_`) in the Kconfig files of this architecture. */
export const definitionsOf = async (src: string, makeArch: string, option: string): Promise<readonly Definition[]> => {
  const pattern = `^[[:space:]]*(menu)?config[[:space:]]+${option}$`
  const { stdout, stderr, exitCode } = await sh`grep -rlE --include=Kconfig* ${pattern} ${src}`
  // An option is missing only if every file was read.
  if ((exitCode ?? 2) > 1) throw new HostError(`grep failed in ${src}: ${stderr}`)
  const ours = join(src, 'arch', makeArch)
  const files = stdout
    .split('\n')
    .filter((file) => file !== '' && (file.startsWith(ours) || !file.startsWith(join(src, 'arch/'))))
  if (stdout.includes(join(src, 'arch/Kconfig'))) files.push(join(src, 'arch/Kconfig'))
  const texts = await Promise.all([...new Set(files)].map((file) => readFile(file, 'utf8')))
  return texts.flatMap((text) => findDefinitions(text, option))
}
