// SPDX-License-Identifier: MIT
import { describe, expect, test } from 'vitest'
import type { ReplayFile } from '../explore/replayfile.ts'
import { UsageError } from '../model/errors.ts'
import { boundFrom, type ExploreFlags, refuseContradictions, searchFrom } from './actions/explore.ts'
import { requireNative } from './shared/native.ts'

const FLAGS = {
  tree: 'debian:6.1',
  series: 'none',
  config: 'zpool-on',
  leg: 'both',
  budget: '60s',
  bound: '3',
  memory: 'sc',
  points: 'racy',
  seed: '1',
  scenario: [],
} as const

describe('the architecture', () => {
  test.each([undefined, 'x86_64', 'amd64', 'all'])('%s is explored on x86_64', (arch) =>
    expect(() => requireNative(arch, 'x86_64')).not.toThrow(),
  )
  test('arm64 cannot be explored, and what can be done instead is said', () => {
    expect(() => requireNative('arm64', 'x86_64')).toThrow(UsageError)
    expect(() => requireNative('aarch64', 'x86_64')).toThrow('cannot explore arm64')
    expect(() => requireNative(undefined, 'arm64')).toThrow('cannot explore on a host of arm64')
  })
  test('an unknown one is a wrong flag', () => expect(() => requireNative('mips', 'x86_64')).toThrow('mips'))
})

describe('the flags of the search', () => {
  test('are those of the explorer', async () =>
    expect(await searchFrom({ ...FLAGS, bound: 'none', budget: '2m', generate: '2' })).toEqual({
      scenarios: [],
      generate: 2,
      bound: null,
      memory: 'sc',
      points: 'racy',
      seed: 1,
      budgetMs: 120_000,
    }))
  test('given scenarios are the only ones', async () => expect((await searchFrom(FLAGS)).generate).toBeNull())
  test.each([
    [{ budget: '1 minute' }, '--budget 1 minute'],
    [{ bound: '-1' }, '--bound -1'],
    [{ bound: 'all' }, '--bound all'],
    [{ generate: '9' }, '--generate 9'],
    [{ generate: '0' }, '--generate 0'],
    [{ seed: 'x' }, '--seed x'],
    [{ memory: 'tso', points: 'all' }, '--memory tso --points all'],
    [{ scenario: ['/nowhere/x.scn'] }, '--scenario /nowhere/x.scn'],
  ] as const)('%j is refused', async (over, place) => {
    const error = await searchFrom({ ...FLAGS, ...over }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(UsageError)
    expect((error as Error).message).toContain(place)
  })
  test('no bound is null', () => expect([boundFrom('none'), boundFrom('0')]).toEqual([null, 0]))
})

describe('flags beside --replay', () => {
  const known: ReplayFile = {
    ...{ scenario: 'a', scenarioText: 'x', schedule: '1:end', memory: 'sc', leg: 'before', tree: 'debian:6.1' },
    ...{ series: 's', config: 'zpool-on', llvm: false, patchFiles: [], extraPatchFiles: [], patches: [] },
    ...{ extraPatches: [], explorer: 'k', failure: { kind: 'bug', text: '', stack: [], isBug: true }, holds: [] },
  }
  const refuse = (given: Partial<ExploreFlags>): void =>
    refuseContradictions('f.json', known, { ...FLAGS, ...given }, (flag) => Object.hasOwn(given, flag))
  test.each([{}, { tree: 'debian:6.1' }, { leg: 'before' }, { memory: 'sc' as const }, { config: 'zpool-on' }])(
    '%j says the same',
    (given) => expect(() => refuse(given)).not.toThrow(),
  )
  test.each([
    [{ tree: 'debian:6.12' }, '--tree debian:6.12: the schedule of f.json was found with debian:6.1'],
    [{ leg: 'after' }, '--leg after'],
    [{ memory: 'tso' as const }, '--memory tso'],
    [{ config: 'zpool-off' }, '--config zpool-off'],
    [{ llvm: true }, '--llvm'],
    [{ scenario: ['x.scn'] }, '--scenario does nothing with --replay'],
    [{ generate: '2' }, '--generate'],
    [{ bound: '3' }, '--bound'],
    [{ points: 'all' as const }, '--points'],
    [{ budget: '60s' }, '--budget'],
    [{ seed: '1' }, '--seed'],
  ])('%j is refused', (given, text) => expect(() => refuse(given)).toThrow(text))
})
