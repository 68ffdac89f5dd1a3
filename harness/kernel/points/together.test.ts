// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import { parseAtPoint } from '../../inputs/hold/parse.ts'
import { fixtureCode, fixtureFiles } from '../../testing/fakecode.ts'
import { resolveHolds } from './resolve.ts'
import { requireTogether } from './together.ts'

const files = fixtureFiles('x86_64-6.12', 'mm/zsmalloc.o')
const x86 = await fixtureCode('x86_64-6.12')

const together = async (texts: readonly string[], code = x86): Promise<void> =>
  requireTogether(
    await resolveHolds(
      texts.map((text) => parseAtPoint(text, '--hold')),
      code,
    ),
  )

describe('a point of which one of two holds would do nothing is refused', () => {
  // The module keeps one hold a point: the later one would replace the earlier, without a word.
  test.each([
    ['two lengths', 'zs_free for 1ms', 'zs_free for 2ms'],
    ['two second points', 'zs_free until zpool_free', 'zs_free until obj_free'],
    ['the same in other words', 'zs_free for 1ms', 'zs_free+0x0 for 2ms'],
    ['an override, which comes first for ever', 'zs_free for 1ms', 'zs_free returns 0 for 2 calls'],
    ['lanes that both have', 'zs_free for 1ms during race,pump', 'zs_free for 2ms during pump'],
    ['one for all lanes', 'zs_free for 1ms', 'zs_free for 2ms during pump'],
  ])('%s', async (_name, first, second) => {
    const failed = together([first, second])
    await expect(failed).rejects.toThrow('is for the same place and the same tasks')
    await expect(failed).rejects.toMatchObject({ exitCode: 2, hint: expect.stringContaining("'during'") })
  })
  test.each([
    ['other lanes', 'zs_free for 1ms during race', 'zs_free for 2ms during pump'],
    ['other tasks', 'zs_free for 1ms in kworkers', 'zs_free for 2ms in cpu 1'],
    ['its return', 'zs_free for 1ms', 'zs_free:return for 2ms'],
    ['a second point that is held too', 'zs_free until zpool_free', 'zpool_free:return for 1ms'],
  ])('not with %s', (_name, first, second) => expect(together([first, second])).resolves.toBeUndefined())
})

describe('no more points than the guest takes', () => {
  const names = Array.from({ length: 130 }, (_, index) => `many_${index}`)
  const map = async () =>
    `${await files.systemMap()}${names.map((name, index) => `${(BigInt('0xffffffff81276400') + BigInt(index)).toString(16)} t ${name}`).join('\n')}\n`
  const code = fixtureCode('x86_64-6.12', { systemMap: map })
  const held = names.map((name) => `${name} for 1ms`)

  test('64 are armed', async () => expect(together(held.slice(0, 64), await code)).resolves.toBeUndefined())
  test('the 65th is named', async () =>
    expect(together(held.slice(0, 65), await code)).rejects.toThrow("'many_64 for 1ms': 65 hold points are more"))
  test('places are counted with those after until', async () => {
    const texts = held.slice(0, 64).map((text, index) => text.replace(' for', ` until ${names[64 + index]} for`))
    await expect(together(texts, await code)).rejects.toThrow('name 128 places')
    await expect(together(texts.slice(1), await code)).resolves.toBeUndefined()
  })
})

test('a name that the guest would cut is refused', async () => {
  const long = `${'x'.repeat(60)}.isra.0`
  const map = async () => `${await files.systemMap()}ffffffff81276420 t ${long}\n`
  const code = await fixtureCode('x86_64-6.12', { systemMap: map })
  await expect(together([`${long} for 1ms`], code)).rejects.toThrow('more than 63 characters')
  await expect(together([`zs_free in calls from ${long}`], code)).rejects.toThrow(/in calls from .*more than 63/)
})
