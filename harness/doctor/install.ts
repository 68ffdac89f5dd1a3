// SPDX-License-Identifier: MIT

import { networkEnv } from '../lib/env.ts'
import { interruptSignal } from '../lib/process/interrupt.ts'
import { describeEnd, runProcess, succeeded } from '../lib/process/run.ts'
import { hasProgram, sh } from '../lib/process/sh.ts'
import { HostError, InterruptedError } from '../model/errors.ts'
import type { ArchName } from '../model/results.ts'
import { checkHost } from './checks.ts'
import { installCommand, type Need } from './needs.ts'

type OnLine = (line: string) => void

/** What to put before apt-get: nothing for root, sudo when it needs no password, otherwise undefined. */
const privilege = async (): Promise<readonly string[] | undefined> => {
  if (process.getuid?.() === 0) return []
  return (await sh`sudo -n true`).exitCode === 0 ? ['sudo', '-n'] : undefined
}

const apt = async (argv: readonly string[], onLine: OnLine): Promise<void> => {
  const { ended, tail } = await runProcess(argv, {
    env: { ...networkEnv(), DEBIAN_FRONTEND: 'noninteractive' },
    signal: interruptSignal(),
    onLine,
  })
  if (ended.by === 'abort') throw new InterruptedError()
  if (!succeeded(ended))
    throw new HostError(
      `${argv.join(' ')} ${describeEnd(ended)}: ${tail.at(-1) ?? 'it printed nothing'}`,
      'check the network and /etc/apt/sources.list*, then run it by hand',
    )
}

const install = async (missing: readonly Need[], onLine: OnLine): Promise<void> => {
  const command = installCommand(missing)
  const before = await privilege()
  if (before === undefined || !(await hasProgram('apt-get'))) {
    throw new HostError('installing the missing packages needs apt-get and root', `run as root: ${command}`)
  }
  await apt([...before, 'apt-get', 'update'], onLine)
  await apt([...before, ...command.split(' ')], onLine)
}

/** Installs what these architectures need and this host lacks; `onLine` gets the output of apt-get. */
export const installMissing = async (archs: readonly ArchName[], onLine: OnLine): Promise<void> => {
  const missing = (await checkHost(archs)).filter(({ present }) => !present).map(({ need }) => need)
  if (missing.length > 0) await install(missing, onLine)
}
