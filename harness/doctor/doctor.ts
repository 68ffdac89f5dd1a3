// SPDX-License-Identifier: MIT
import { statfs } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { type Arch, archs, findArch } from '../inputs/arch/index.ts'
import { LLVM_PACKAGES, missingLlvm } from '../kernel/toolchain.ts'
import { cacheRoot } from '../lib/paths.ts'
import { EXIT } from '../model/errors.ts'
import { chooseAccelerator } from '../vm/accel.ts'
import { type Checked, checkHost } from './checks.ts'
import { installMissing } from './install.ts'
import { installCommand, programsFor } from './needs.ts'

const GIB = 1 << 30

const freeGiB = async (dir: string): Promise<string> => {
  const { bavail, bsize } = await statfs(dir).catch(() => statfs('/'))
  return ((bavail * bsize) / GIB).toFixed(1)
}

const line = ({ need, present }: Checked): string =>
  `${present ? 'ok     ' : 'MISSING'}  ${need.probe.name.padEnd(26)} ${need.why}`

const chosenArchs = (flag: string): readonly Arch[] => (flag === 'all' ? archs : [findArch(flag)])

/** Prints the programs that a run for these architectures starts, for a script to read. */
export const printPrograms = (archFlag: string): void => {
  process.stdout.write(`${programsFor(chosenArchs(archFlag)).join('\n')}\n`)
}

/** Prints what the host has and lacks; answers the exit code: 0 when nothing is missing, else 3. */
export const doctor = async (archFlag: string, fix: boolean): Promise<number> => {
  const chosen = chosenArchs(archFlag)
  const names = chosen.map(({ name }) => name)
  if (fix) await installMissing(names)
  const checked = await checkHost(names)
  const say = (text: string): void => void process.stdout.write(`${text}\n`)
  for (const one of checked) say(line(one))
  for (const arch of chosen) say(`info     ${arch.name} boots under ${await chooseAccelerator(arch)}`)
  const llvm = await missingLlvm()
  say(
    llvm.length === 0
      ? 'info     --llvm: clang and lld are there'
      : `info     --llvm: needs ${llvm.join(', ')}: apt-get install ${LLVM_PACKAGES.join(' ')}`,
  )
  say(`info     ${availableParallelism()} CPUs, ${(totalmem() / GIB).toFixed(1)} GiB of memory`)
  say(`info     cache ${cacheRoot()}, ${await freeGiB(cacheRoot())} GiB free`)
  const missing = checked.filter(({ present }) => !present).map(({ need }) => need)
  if (missing.length === 0) return EXIT.ok
  say(`\ninstall what is missing:\n  ${installCommand(missing)}`)
  return EXIT.host
}
