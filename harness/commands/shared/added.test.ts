// SPDX-License-Identifier: MIT
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { NO_ADDITIONS } from '../../run/settings.ts'
import { type AddedFlags, addedFrom } from './added.ts'
import { settingsFrom } from './settings.ts'
import { splitWords } from './words.ts'

test('without flags nothing is added', () => expect(addedFrom({})).toEqual(NO_ADDITIONS))

test('each flag adds what it says', () => {
  const flags: AddedFlags = {
    kconfig: ['a.config'],
    param: ['zswap.enabled=0', 'cgroup_disable=memory', 'nokaslr'],
    memory: '1024',
    disk: '64',
    workload: ["repro.c -n '5 6'", '/bin/x'],
    workloadTime: '2m',
    workloadProcs: '4',
    signature: 'zs_free, zram_free_page',
    hold: ['zs_free   for 2000us', 'zs_malloc in task kcompactd0 for 1ms'],
  }
  expect(addedFrom(flags)).toEqual({
    kconfig: [{ file: resolve('a.config'), text: '' }],
    parameters: ['zswap.enabled=0', 'cgroup_disable=memory', 'nokaslr'],
    memoryMiB: 1024,
    diskMiB: 64,
    workloads: [
      { name: 'repro.c', file: resolve('repro.c'), args: ['-n', '5 6'], sha256: null },
      { name: 'x', file: '/bin/x', args: [], sha256: null },
    ],
    workloadS: 120,
    workloadProcs: 4,
    signature: ['zs_free', 'zram_free_page'],
    holds: ['zs_free for 2ms', 'zs_malloc in task kcompactd0 for 1ms'],
    search: false,
    schedule: null,
  })
})

test.each<[AddedFlags, RegExp]>([
  [{ memory: '64' }, /--memory 64: not a whole number from 256 to \d+/],
  [{ memory: '99999999' }, /--memory 99999999/],
  [{ memory: '1G' }, /--memory 1G/],
  [{ disk: '0' }, /--disk 0/],
  [{ workload: [' '] }, /--workload " ": names no program/],
  [{ workload: ["x 'y"] }, /a quote is not closed/],
  [{ workload: Array.from({ length: 17 }, () => 'x') }, /more than 16 programs/],
  [{ workload: [`x ${'a '.repeat(201)}`] }, /more than 200 arguments/],
  [{ workload: ['x'], workloadTime: 'soon' }, /--workload-time soon/],
  [{ workload: ['x'], workloadProcs: '0' }, /--workload-procs 0/],
  [{ workload: ['x'], workloadProcs: '65' }, /--workload-procs 65/],
  [{ workloadTime: '5s' }, /--workload-time needs --workload/],
  [{ workloadProcs: '5' }, /--workload-procs needs --workload/],
  [{ signature: 'zs_free,' }, /--signature zs_free,: "" is not the name of a function/],
  [{ signature: 'a b' }, /"a b" is not the name/],
  [{ hold: ['zs_free for'] }, /^--hold "zs_free for": /],
  [{ hold: ['zs_free'], amplify: 'auto' }, /--hold does nothing with --amplify auto/],
  [{ hold: ['zs_free'], amplify: false }, /--hold does nothing with --amplify off/],
])('%j is refused', (flags, message) => expect(() => addedFrom(flags)).toThrow(message))

describe('a parameter', () => {
  test.each([
    'console=ttyS1',
    'earlycon',
    'init=/bin/sh',
    'rdinit=/x',
    'panic=0',
    'panic_on_warn=1',
    'oops=ignore',
    'quiet',
    'loglevel=1',
    'log-buf-len=1',
    'log_buf_len=1',
    'kasan=off',
    'kasan.fault=report',
    'sysctl.kernel.hung_task_panic=0',
    'nosoftlockup',
    'rcupdate.rcu_cpu_stall_suppress=1',
    'printk.time=0',
    'maxcpus=1',
    'nr-cpus=1',
    'mem=100M',
    'zsharness_lanes=pump:1',
    'zsharness-seed=1',
    'virtio_mmio.device=1@2:3',
    'root=/dev/vda',
    'slub_merge',
  ])('%s is refused, with the reason', (text) =>
    expect(() => addedFrom({ param: [text] })).toThrow(/^--param ".*": \S+ cannot be set: .{20}/),
  )

  test.each([
    'a b=1',
    'a="1"',
    "a='1'",
    'a=1\nb=2',
    '--',
    'a=--',
    'a\\=1',
    'a=\u00e9',
    '',
    '=1',
    '1a=2',
    '-a',
    'sysctl.kernel/printk=1',
    '\u202ea',
  ])('%j is none', (text) => expect(() => addedFrom({ param: [text] })).toThrow(/^--param "/))

  test.each([
    'zswap.enabled=0',
    'zswap.shrinker_enabled=1',
    'kernelcore=50%',
    'sysctl.vm.swappiness=200',
    'slub_debug=FZ',
  ])('%s is passed on', (text) => expect(addedFrom({ param: [text] }).parameters).toEqual([text]))

  test('has room beside the own ones', () => {
    expect(() => addedFrom({ param: Array.from({ length: 17 }, (_, index) => `a${index}=1`) })).toThrow('more than 16')
    expect(() => addedFrom({ param: [`a=${'x'.repeat(400)}`] })).toThrow('400 characters')
  })
})

describe('the lanes', () => {
  test.each([
    [{}, []],
    [{ lane: ['pump'] }, ['pump']],
    [{ workload: ['x.c'] }, ['workload']],
    [{ workload: ['x.c'], lane: ['pump', 'race'] }, ['pump', 'race', 'workload']],
  ])('with %j are %j', (flags, lanes) => expect(settingsFrom(flags).lanes).toEqual(lanes))

  test('of a plan do not run beside programs unless they are asked for', () => {
    const plan = { lanes: ['pump' as const], durationS: null, amplify: true, seed: '1' }
    expect(settingsFrom({}, plan).lanes).toEqual(['pump'])
    expect(settingsFrom({ workload: ['x.c'] }, plan).lanes).toEqual(['workload'])
  })

  test('have to be those of a hold point, of which nothing would be left', () => {
    const hold = ['zs_free for 1ms during zram']
    expect(() => settingsFrom({ hold, lane: ['pump'] })).toThrow(
      '--hold "zs_free for 1ms during zram": this run has the lanes pump only',
    )
    expect(() => settingsFrom({ hold, workload: ['x.c'] })).toThrow('the lanes workload only')
    expect(settingsFrom({ hold, lane: ['pump', 'zram'] }).added.holds).toEqual(hold)
    expect(settingsFrom({ hold }).added.holds).toEqual(hold)
  })

  test('cannot be asked for by the name of the programs', () =>
    expect(() => settingsFrom({ lane: ['workload'] })).toThrow("unknown lane 'workload'"))
})

test.each([
  ['a b', ['a', 'b']],
  ['  a\tb ', ['a', 'b']],
  ["a 'b c'd", ['a', 'b cd']],
  ['a "b \\" c"', ['a', 'b " c']],
  ['a\\ b', ['a b']],
  ["a ''", ['a', '']],
  ['$x `y` *', ['$x', '`y`', '*']],
  ['', []],
  ["'", undefined],
  ['a "b', undefined],
  ['a\\', undefined],
])('the words of %j are %j', (text, words) => expect(splitWords(text)).toEqual(words))
