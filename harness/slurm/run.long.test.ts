// SPDX-License-Identifier: MIT
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { InterruptedError } from '../model/errors.ts'
import { errorOf, many, onFakeSlurm, task, until } from '../testing/slurm/onfake.ts'

// What takes seconds on the fake cluster; the kernel tier has the same on a real one.
const here = onFakeSlurm()

test('a lost task costs only itself a try, not the rest of its element', async () => {
  const tasks = [task('bad', 'kill -9 $PPID'), ...many(5)]
  const results = await here.run(tasks, { chunk: 6, retries: 1 })
  expect(errorOf(results[0])).toContain('lost 2 times')
  for (const one of results.slice(1)) expect(one).toMatchObject({ exit: 0, lost: 0 })
})

test('two instances of a task end in one result', async () => {
  // The controller forgets the first instance, which runs on.
  const slow = task('a', here.marked('a', `[ "$(wc -c <'${here.root}/ran-a')" -gt 1 ] || sleep 1.2`))
  const results = here.run([slow, task('b', 'sleep 1.5')])
  await until(() => here.slurm.running.length === 2)
  const first = here.slurm.elements.find(({ index }) => index === 0)!
  first.fate = 'vanish'
  const [a] = await results
  expect(a).toMatchObject({ exit: 0, attempt: 2 })
  expect(await here.timesRun('a')).toBe(2)
  expect(await here.folders()).toEqual(['a', 'b'])
})

test('a controller that does not answer for a while loses nothing', async () => {
  const results = here.run(many(6, 'sleep 0.3'), { settleMs: 100 })
  await until(() => here.slurm.running.length > 0)
  await here.slurm.set('down', true)
  await sleep(900)
  await here.slurm.set('down', false)
  for (const one of await results) expect(one).toMatchObject({ exit: 0, attempt: 1, lost: 0 })
  expect(here.events).toContainEqual(
    expect.objectContaining({ text: expect.stringContaining('Slurm does not answer') }),
  )
})

test('the coordinator cancels everything on Ctrl-C, and can be resumed', async () => {
  const stop = new AbortController()
  const first = here.run(many(6, here.marked('all', 'sleep 30')), {}, stop.signal)
  const ended = expect(first).rejects.toThrow(InterruptedError)
  await until(() => here.slurm.running.length === 4)
  stop.abort()
  await ended
  expect(here.slurm.elements.map(({ state }) => state)).toEqual(here.slurm.elements.map(() => 'CANCELLED'))
  expect(await here.folders()).toEqual([])
})
