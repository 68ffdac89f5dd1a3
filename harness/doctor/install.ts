// SPDX-License-Identifier: MIT

import { interruptSignal } from '../lib/process/interrupt.ts'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { hasProgram, sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'
import type { ArchName } from '../model/results.ts'
import { checkHost } from './checks.ts'
import { installCommand, type Need } from './needs.ts'

/** What to put before apt-get: nothing for root, sudo where it asks for no password, undefined otherwise. */
const privilege = async (): Promise<readonly string[] | undefined> => {
  if (process.getuid?.() === 0) return []
  return (await sh`sudo -n true`).exitCode === 0 ? ['sudo', '-n'] : undefined
}

const apt = async (argv: readonly string[]): Promise<void> => {
  const { ended, tail } = await runProcess(argv, {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    signal: interruptSignal(),
    onLine: (line) => process.stderr.write(`  ${line}\n`),
  })
  if (!succeeded(ended)) throw new HostError(`${argv.join(' ')} ${describeEnd(ended)}: ${tail.at(-1) ?? ''}`)
}

const install = async (missing: readonly Need[]): Promise<void> => {
  const command = installCommand(missing)
  const before = await privilege()
  if (before === undefined || !(await hasProgram('apt-get'))) {
    throw new HostError('this host lacks packages, and installing them needs root', `run as root: ${command}`)
  }
  await apt([...before, 'apt-get', 'update'])
  await apt([...before, ...command.split(' ')])
}

/** Installs what these architectures need and this host lacks; does nothing when nothing is missing. */
export const installMissing = async (archs: readonly ArchName[]): Promise<void> => {
  const missing = (await checkHost(archs)).filter(({ present }) => !present).map(({ need }) => need)
  if (missing.length > 0) await install(missing)
}
