// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { atNiceness, inForeground, LOW, LOWEST } from './background.ts'
import { runProcess } from './run.ts'

const niceOf = async (): Promise<string> => {
  const { ended, tail } = await runProcess(['nice'])
  expect(ended).toEqual({ by: 'exit', code: 0 })
  return tail.join()
}

test('processes of background work run at the lowest priority, those beside it do not', async () => {
  const usual = await niceOf()
  const [inside, beside] = await Promise.all([
    atNiceness(LOWEST, async () => {
      await Promise.resolve()
      return niceOf()
    }),
    niceOf(),
  ])
  expect([inside, beside, await niceOf()]).toEqual(['19', usual, usual])
  expect(usual).not.toBe('19')
})

test('a part of it that others wait for runs at the usual one', async () => {
  const usual = await niceOf()
  const order = await atNiceness(LOWEST, async () => [await niceOf(), await inForeground(niceOf), await niceOf()])
  expect(order).toEqual(['19', usual, '19'])
})

test('a low priority is between both', async () => {
  expect(Number(await atNiceness(LOW, niceOf))).toBe(Math.min(Number(await niceOf()) + LOW, LOWEST))
})

test('a program that fails, or is not there, ends as it would otherwise', async () => {
  const endOf = (argv: readonly string[]) => atNiceness(LOWEST, async () => (await runProcess(argv)).ended)
  expect(await endOf(['sh', '-c', 'exit 7'])).toEqual({ by: 'exit', code: 7 })
  expect(await endOf(['/no/such/program'])).toMatchObject({ by: 'spawn' })
})
