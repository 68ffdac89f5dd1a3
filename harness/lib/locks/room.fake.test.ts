// SPDX-License-Identifier: MIT
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { distrust, roomFolder, roomFor } from './room.ts'
import { takeMachine, takeVmSeat } from './slots.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsh-room-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

describe('the room', () => {
  test.each([
    [{}, '/tmp/zsharness-locks-7', undefined],
    // Two processes of one user may differ in these.
    [{ TMPDIR: '/x', XDG_RUNTIME_DIR: '/run/user/7', ZSHARNESS_CACHE: '/c' }, '/tmp/zsharness-locks-7', undefined],
    [{ ZSHARNESS_LOCKS: '/l' }, '/l', undefined],
    [{ ZSHARNESS_LOCKS: '' }, '/tmp/zsharness-locks-7', undefined],
    [{ SLURM_JOB_ID: '12' }, '/tmp/zsharness-locks-7', 'slurm-12'],
    [{ SLURM_JOB_ID: '../12' }, '/tmp/zsharness-locks-7', undefined],
    [{ ZSHARNESS_LOCKS: '/l', SLURM_JOB_ID: '12' }, '/l', 'slurm-12'],
  ])('of %j', (env, base, job) => expect(roomFor(env, 7)).toMatchObject({ base, job }))

  test.each([
    [{ isDirectory: true, uid: 7, mode: 0o40700 }, undefined],
    [{ isDirectory: true, uid: 7, mode: 0o40755 }, undefined],
    [{ isDirectory: true, uid: 7, mode: 0o40777 }, 'can be written by others'],
    [{ isDirectory: true, uid: 7, mode: 0o40770 }, 'can be written by others'],
    [{ isDirectory: true, uid: 8, mode: 0o40700 }, 'belongs to user 8'],
    [{ isDirectory: false, uid: 7, mode: 0o100600 }, 'is not a folder'],
  ])('%j', (found, why) => expect(distrust(found, 7)).toBe(why))
})

const own = (job?: string) => ({ base: join(root, 'locks'), isGiven: false, job })

test('is made for its user alone', async () => {
  const dir = await roomFolder(own())
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect(await roomFolder(own())).toBe(dir)
})

test.each<[string, () => void]>([
  [
    'a folder that others may write to',
    () => {
      mkdirSync(own().base)
      chmodSync(own().base, 0o777)
    },
  ],
  [
    'a link',
    () => {
      mkdirSync(join(root, 'else'))
      symlinkSync(join(root, 'else'), own().base)
    },
  ],
  ['a dangling link', () => symlinkSync(join(root, 'none'), own().base)],
  ['a file', () => writeFileSync(own().base, '')],
])('%s is refused', async (_, plant) => {
  plant()
  await expect(roomFolder(own())).rejects.toMatchObject({
    exitCode: 3,
    hint: expect.stringContaining('ZSHARNESS_LOCKS'),
  })
  expect(existsSync(join(root, 'none'))).toBe(false)
})

test('the folders of old jobs are removed by a new one', async () => {
  const [old, young] = [await roomFolder(own('slurm-1')), await roomFolder(own('slurm-2'))]
  const then = new Date(Date.now() - 8 * 86_400_000)
  utimesSync(old, then, then)
  await roomFolder(own('slurm-3'))
  expect([existsSync(old), existsSync(young)]).toEqual([false, true])
})

describe('processes of a host', () => {
  const env = process.env
  afterEach(() => {
    process.env = env
  })
  const options = { signal: new AbortController().signal }
  const isFree = async (): Promise<boolean> => {
    const stop = new AbortController()
    const taken = takeMachine({ signal: stop.signal, onWait: () => stop.abort() }).catch(() => undefined)
    const lock = await taken
    await lock?.[Symbol.asyncDispose]()
    return lock !== undefined
  }

  test('see each other with different caches; those of another allocation do not', async () => {
    process.env = { ...env, ZSHARNESS_LOCKS: join(root, 'l'), ZSHARNESS_CACHE: join(root, 'a') }
    const seat = await takeVmSeat({ ...options, onWait: () => undefined })
    process.env = { ...process.env, ZSHARNESS_CACHE: join(root, 'b'), TMPDIR: root }
    expect(await isFree()).toBe(false)
    process.env = { ...process.env, SLURM_JOB_ID: '5' }
    expect(await isFree()).toBe(true)
    delete process.env.SLURM_JOB_ID
    await seat[Symbol.asyncDispose]()
    expect(await isFree()).toBe(true)
  })
})
