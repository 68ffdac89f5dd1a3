// SPDX-License-Identifier: MIT
import { join } from 'node:path'
import { childEnv } from '../lib/env.ts'
import { inTempDir } from '../lib/files/temp.ts'
import { paths } from '../lib/paths.ts'
import { sh } from '../lib/process/sh.ts'
import { HostError } from '../model/errors.ts'

/** The rate in kHz of the counter that TCG passes through to its guests, measured on this host. */
export const measureHostTicksKHz = (): Promise<number> =>
  inTempDir('ticks', async (dir) => {
    const program = join(dir, 'ticks')
    // A gcc that is killed leaves its files in TMPDIR.
    const built = await sh({
      env: { ...childEnv(), TMPDIR: dir },
    })`gcc -O2 -o ${program} ${join(paths.guest, 'host', 'ticks.c')}`
    const ran = built.exitCode === 0 ? await sh`${program}` : built
    const kHz = Number(ran.stdout)
    if (ran.exitCode === 0 && kHz > 0) return kHz
    throw new HostError(`cannot measure this host's counter: ${ran.stderr.trim()}`, 'run: npx zsharness doctor')
  })
