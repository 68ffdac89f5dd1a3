// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Spent } from '../lib/phase.ts'
import type { Context } from '../model/events.ts'
import { recordingContext } from '../testing/fake-tree.ts'
import { moduleInterface } from './interface.ts'
import { BesideLink, type WhileLinked } from './linking.ts'

const HEADER = 'include/generated/bounds.h'
const SCRIPT = 'scripts/module.lds'

let src: string
beforeEach(async () => {
  src = await mkdtemp(join(tmpdir(), 'zsharness-linking-'))
  await put(HEADER, 'one\n')
  await put(SCRIPT, 'one\n')
  await put('Module.symvers', '0x0 zs_malloc vmlinux EXPORT_SYMBOL\n')
  await put('.config', '# CONFIG_DEBUG_INFO_BTF is not set\n')
  // What is written just before the link counts as written during it.
  await sleep(50)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(src, { recursive: true, force: true })
})

const put = async (name: string, text: string): Promise<void> => {
  const path = join(src, 'o', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const interfaceNow = (): Promise<string> => moduleInterface(src, [], new AbortController().signal)

const link = (whileLinked: WhileLinked, context: Context = recordingContext()): BesideLink => {
  const beside = new BesideLink({ src, source: [], context }, whileLinked)
  beside.start()
  return beside
}

/** Work that says when it has begun, and how its proof ended. */
const proving = () => {
  let began: () => void = () => undefined
  const begun = new Promise<void>((resolve) => {
    began = resolve
  })
  const seen: { interface?: string; proof?: string } = {}
  const work: WhileLinked = async ({ interface: of, requireProven }) => {
    seen.interface = of
    began()
    seen.proof = await requireProven().then(() => 'proven', String)
  }
  return { begun, seen, work }
}

describe('what modules are compiled from', () => {
  test('is proven once the kernel is, and nothing has changed', async () => {
    const { begun, seen, work } = proving()
    await using beside = link(work)
    await begun
    await put('mm/zsmalloc.o', 'an object\n')
    await beside.finish(await interfaceNow())
    expect(seen).toEqual({ interface: await interfaceNow(), proof: 'proven' })
  })

  const OF_YORE = new Date('2000-01-01')
  test.each<[string, () => Promise<void>, RegExp]>([
    ['another header', () => put(HEADER, 'two\n'), /made of something else/],
    ['a new header', () => put('include/generated/new.h', 'two\n'), /made of something else/],
    ['other symbols', () => put('Module.symvers', ''), /made of something else/],
    [
      'a header that is what it was again',
      async () => {
        await put(HEADER, 'two\n')
        await put(HEADER, 'one\n')
        await utimes(join(src, 'o', HEADER), OF_YORE, OF_YORE)
      },
      /the build wrote/,
    ],
    ['the whole of a linker script', () => put(SCRIPT, 'whole\n'), /the build wrote/],
  ])('is not what it was: %s', async (_what, change, message) => {
    const { begun, seen, work } = proving()
    await using beside = link(work)
    await begun
    await change()
    await beside.finish(await interfaceNow())
    expect(seen.proof).toMatch(message)
  })

  test('is not proven while the clock is set back: times tell nothing', async () => {
    const { begun, seen, work } = proving()
    await using beside = link(work)
    await begun
    const now = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000)
    await beside.finish(await interfaceNow())
    expect(seen.proof).toMatch(/the clock was set back/)
  })
})

describe('work beside the link', () => {
  test('is begun once, and not where a module is made from vmlinux', async () => {
    const work = vi.fn(async () => undefined)
    await using once = link(work)
    once.start()
    await once.finish('')
    expect(work).toHaveBeenCalledTimes(1)
    await put('.config', 'CONFIG_DEBUG_INFO_BTF=y\n')
    await using never = link(work)
    await never.finish('')
    expect(work).toHaveBeenCalledTimes(1)
  })

  test('is waited for, and the wait is a phase; without work there is none', async () => {
    const spent = vi.fn<Spent>()
    let done = false
    await using beside = link(
      async () => {
        await sleep(30)
        done = true
      },
      { ...recordingContext(), spent },
    )
    await beside.finish('')
    expect(done).toBe(true)
    expect(spent.mock.calls).toEqual([['wait for modules', expect.any(Number)]])
    const idle = new BesideLink({ src, source: [], context: { ...recordingContext(), spent } }, undefined)
    idle.start()
    await idle.finish('')
    expect(spent).toHaveBeenCalledTimes(1)
  })

  test('that fails is no failure of the build', async () => {
    await using beside = link(() => Promise.reject(new Error('oh')))
    await expect(beside.finish('')).resolves.toBeUndefined()
  })

  test('is stopped, and has ended, when the build fails', async () => {
    let ended = false
    let proof = ''
    const beside = link(async ({ requireProven }, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      proof = await requireProven().then(() => 'proven', String)
      ended = true
    })
    await sleep(50)
    await beside[Symbol.asyncDispose]()
    expect({ ended, proof }).toEqual({ ended: true, proof: expect.stringContaining('something else') })
  })

  test('is stopped with the run', async () => {
    const run = new AbortController()
    const aborted = vi.fn()
    await using _beside = link(
      async (_, { signal }) =>
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(aborted()))),
      recordingContext(run.signal),
    )
    await sleep(50)
    run.abort()
    expect(aborted).toHaveBeenCalledTimes(1)
  })
})
