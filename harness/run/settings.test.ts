// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { Series } from '../inputs/series/model.ts'
import type { Additions } from '../model/results.ts'
import { bootAdditions, NO_ADDITIONS, optionsOf } from './settings.ts'

type Settings = Series['settings']

describe('what a series adds', () => {
  const boot = (settings: Settings, added: Partial<Additions> = {}) =>
    bootAdditions({ added: { ...NO_ADDITIONS, ...added } }, { settings })

  test.each<[string, Settings, Partial<Additions>, Partial<Additions>]>([
    ['nothing', {}, {}, NO_ADDITIONS],
    ['memory and a disk', { memoryMiB: 768, secondDiskMiB: 64 }, {}, { memoryMiB: 768, diskMiB: 64 }],
    [
      'less than the user asks for',
      { memoryMiB: 768, secondDiskMiB: 64 },
      { memoryMiB: 1024, diskMiB: 128 },
      { memoryMiB: 1024, diskMiB: 128 },
    ],
    [
      'parameters, which those of the user override',
      { parameters: ['a=1'] },
      { parameters: ['a=2'] },
      { parameters: ['a=1', 'a=2'] },
    ],
  ])('%s', (_name, settings, added, expected) => expect(boot(settings, added)).toMatchObject(expected))

  test('options are a fragment that errors can name', () => {
    expect(optionsOf({ name: 'x', settings: {} })).toEqual([])
    expect(optionsOf({ name: 'x', settings: { options: ['CONFIG_A=y', '# CONFIG_B is not set'] } })).toEqual([
      { file: 'series x: settings: options', text: 'CONFIG_A=y\n# CONFIG_B is not set\n' },
    ])
  })
})
