// SPDX-License-Identifier: MIT
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { networkEnv } from '../../lib/env.ts'
import { readBounded } from '../../lib/files/bounded.ts'
import { inTempDir } from '../../lib/files/temp.ts'
import { hasProgram, sh } from '../../lib/process/sh.ts'
import { HostError, UsageError } from '../../model/errors.ts'
import { MAX_MIB } from './files.ts'

const ID = /^[^\s<>/@-][^\s<>/@]*@[^\s<>/@]+$/

const fetchSeries = (id: string): Promise<Buffer> =>
  inTempDir('lore', async (dir) => {
    const b4 = await sh({ cwd: dir, env: networkEnv() })`b4 am -o ${dir} -n series ${id}`
    const last = b4.stderr.trim().split('\n').at(-1) ?? ''
    if (/not known|no such|could not find/i.test(b4.stderr))
      throw new UsageError(`lore:${id}: b4: ${last}`, 'correct the message id')
    if (b4.exitCode !== 0)
      throw new HostError(`lore:${id}: b4 am exited with ${b4.exitCode}: ${last}`, 'check the network')
    const [mbox, ...more] = (await readdir(dir)).filter((name) => name.endsWith('.mbx'))
    if (mbox === undefined || more.length > 0)
      throw new HostError(`lore:${id}: b4 am made no mbox`, 'save the mails as an mbox, and give that file')
    return readBounded(join(dir, mbox), MAX_MIB)
  })

const fetched = new Map<string, Promise<Buffer>>()

/** The series of a message, as `b4 am` makes an mbox of it; fetched once, though with --watch a run may ask again. */
export const readLore = async (given: string): Promise<Buffer> => {
  const id = given.replace(/^<(.*)>$/, '$1')
  if (!ID.test(id))
    throw new UsageError(`lore:${given}: not a message id`, 'it is in the header Message-ID: lore:NAME@HOST')
  if (!(await hasProgram('b4')))
    throw new UsageError(
      `lore:${id}: b4 is not installed`,
      'install it (apt-get install b4), or save the mails as an mbox and give that file to --patch',
    )
  const series = fetched.get(id) ?? fetchSeries(id)
  fetched.set(id, series)
  return series.catch((error: unknown) => {
    fetched.delete(id)
    throw error
  })
}
