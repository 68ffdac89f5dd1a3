// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HostError } from '../../model/errors.ts'
import { type LogSource, openLog } from './logfile.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-log-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const FULL = '/dev/full'

/** A source that counts how often it is held back and let go. */
const aSource = () => ({ pause: vi.fn(), resume: vi.fn() }) satisfies LogSource

describe('a log file', () => {
  test('is complete once it is closed', async () => {
    const file = join(dir, 'a.log')
    const log = await openLog(file, 'replace')
    const chunk = Buffer.alloc(1 << 16, 'x')
    const source = aSource()
    for (let i = 0; i < 64; i++) log.write(chunk, source)
    await log.close()
    expect((await readFile(file)).length).toBe(64 << 16)
    expect(log.failed.aborted).toBe(false)
  })

  test.each([
    ['append', 'old\nnew\n'],
    ['replace', 'new\n'],
  ] as const)('%s', async (mode, expected) => {
    const file = join(dir, 'a.log')
    await writeFile(file, 'old\n')
    const log = await openLog(file, mode)
    log.write(Buffer.from('new\n'), aSource())
    await log.close()
    expect(await readFile(file, 'utf8')).toBe(expected)
  })

  test('pauses its sources while too much waits for the disk, and resumes each', async () => {
    await using log = await openLog(join(dir, 'a.log'), 'replace')
    const [first, second, quiet] = [aSource(), aSource(), aSource()]
    log.write(Buffer.from('x'), quiet)
    log.write(Buffer.alloc(2 << 20), first)
    log.write(Buffer.from('x'), second)
    expect([first.pause, second.pause, quiet.pause].map(({ mock }) => mock.calls.length)).toEqual([1, 1, 0])
    await vi.waitFor(() => expect(second.resume).toHaveBeenCalledOnce(), 10_000)
    expect(first.resume).toHaveBeenCalledOnce()
  })

  test('that cannot be opened names the file and what to do', async () => {
    await expect(openLog(join(dir, 'none', 'a.log'), 'append')).rejects.toMatchObject({
      name: 'HostError',
      message: expect.stringContaining(`cannot write ${join(dir, 'none', 'a.log')}: ENOENT`),
      hint: expect.stringContaining('its folder is missing'),
    })
    await mkdir(join(dir, 'b.log'))
    await expect(openLog(join(dir, 'b.log'), 'append')).rejects.toBeInstanceOf(HostError)
  })

  test('on a full disk fails once, lets its sources go, and closes', async () => {
    const log = await openLog(FULL, 'append')
    const source = aSource()
    log.write(Buffer.alloc(2 << 20), source)
    await vi.waitFor(() => expect(log.failed.aborted).toBe(true), 10_000)
    expect(source.resume).toHaveBeenCalledOnce()
    log.write(Buffer.from('more'), source)
    expect(source.pause).toHaveBeenCalledOnce()
    const failure = {
      message: expect.stringContaining(`cannot write ${FULL}: ENOSPC`),
      hint: expect.stringMatching(/^free space/),
    }
    await expect(log.close()).rejects.toMatchObject(failure)
    await expect(log.close()).rejects.toMatchObject(failure)
  })

  test('reports a disk that fills up with the last bytes', async () => {
    const log = await openLog(FULL, 'append')
    log.write(Buffer.from('last words'), aSource())
    await expect(log.close()).rejects.toThrow('ENOSPC')
  })

  test('that is only disposed is closed too', async () => {
    const source = aSource()
    {
      await using log = await openLog(join(dir, 'a.log'), 'replace')
      log.write(Buffer.alloc(2 << 20), source)
    }
    expect(source.resume).toHaveBeenCalledOnce()
    expect((await readFile(join(dir, 'a.log'))).length).toBe(2 << 20)
  })
})
