// SPDX-License-Identifier: MIT
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { configValue, expandHosts, isEnded, parseJobId, parseSinfo, parseSqueue, type QueueLine } from './parse.ts'

describe('squeue', () => {
  test.each<[string, string, Partial<QueueLine> | undefined]>([
    ['a running element', '4|0|RUNNING|n1|zs-x-1|None', { job: '4', index: 0, state: 'RUNNING', node: 'n1' }],
    ['a pending one has no node', '4|2|PENDING||zs-x-1|Resources', { index: 2, node: '', reason: 'Resources' }],
    ['a reason in brackets', '4|2|PENDING||zs-x-1|(Priority)', { reason: 'Priority' }],
    [
      'a reason with commas',
      '4|2|PENDING||zs-x-1|ReqNodeNotAvail, UnavailableNodes:n[1-2]',
      { reason: 'ReqNodeNotAvail, UnavailableNodes:n[1-2]' },
    ],
    ['a reason with a bar', '4|2|PENDING||zs-x-1|a|b', { name: 'zs-x-1', reason: 'a|b' }],
    ['a state of a newer Slurm', '4|2|LAUNCH_FAILED|n1|zs-x-1|x', { state: 'LAUNCH_FAILED' }],
    ['no array', '4|N/A|RUNNING|n1|other|None', undefined],
    ['an array that was not split', '4|2-5|PENDING||zs-x-1|Resources', undefined],
    ['a message', 'slurm_load_jobs error: Invalid job id specified', undefined],
    ['nothing', '', undefined],
  ])('%s', (_, line, expected) =>
    expect(parseSqueue([line])).toEqual(expected ? [expect.objectContaining(expected)] : []),
  )

  test('reads back any element', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_.-]{0,12}$/)
    const line = fc.record({
      job: fc.nat().map(String),
      index: fc.nat(100_000),
      state: fc.constantFrom('PENDING', 'RUNNING', 'NODE_FAIL', 'COMPLETED'),
      node: word,
      name: word,
      reason: fc.stringMatching(/^[A-Za-z_][A-Za-z_ ,:|]{0,30}[a-z]$/),
    })
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = lines.map((one) => [one.job, one.index, one.state, one.node, one.name, one.reason].join('|'))
        expect(parseSqueue(text)).toEqual(lines)
      }),
    )
  })

  test('an unknown state is not an end', () => {
    expect(['COMPLETED', 'NODE_FAIL', 'CANCELLED', 'TIMEOUT'].every(isEnded)).toBe(true)
    expect(['PENDING', 'COMPLETING', 'REQUEUED', 'SUSPENDED', 'NEW_WORD', ''].some(isEnded)).toBe(false)
  })
})

describe('sbatch --parsable', () => {
  test.each([
    [['12'], '12'],
    [['12;cluster'], '12'],
    [['a site says hello', '13'], '13'],
    [['Submitted batch job 12'], undefined],
    [[], undefined],
  ])('%j', (lines, id) => expect(parseJobId(lines)).toBe(id))
})

describe('scontrol show config', () => {
  const lines = [
    'Configuration data as of 2023-01-10',
    'MaxArraySize            = 1001',
    'MaxJobCount = 10000',
    'Prolog = (null)',
  ]
  test.each([
    ['MaxArraySize', '1001'],
    ['MaxJobCount', '10000'],
    ['Max', undefined],
  ])('%s', (name, value) => expect(configValue(lines, name)).toBe(value))
})

describe('sinfo', () => {
  test.each([
    ['n1|idle|4|8000|kvm,x86_64', { name: 'n1', state: 'idle', responds: true, cpus: 4, features: ['kvm', 'x86_64'] }],
    ['n2|down*|4|8000|(null)', { state: 'down', responds: false, features: [] }],
    ['n3|mixed+|4+|8000+|', { state: 'mixed+', cpus: 4, memoryMiB: 8000, features: [] }],
    ['n4|idle~|4|8000|x', { state: 'idle', responds: true }],
  ])('%s', (line, expected) => expect(parseSinfo([line])).toEqual([expect.objectContaining(expected)]))

  test('a node of two partitions is one', () =>
    expect(parseSinfo(['n1|idle|4|8000|(null)', 'n1|idle|4|8000|(null)'])).toHaveLength(1))
})

describe('lists of hosts', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['n1', ['n1']],
    ['n1,m2', ['n1', 'm2']],
    ['n[1-3]', ['n1', 'n2', 'n3']],
    ['rack[01-03,7]x,n9', ['rack01x', 'rack02x', 'rack03x', 'rack7x', 'n9']],
    ['n[3-1]', []],
    ['n[1-999999999]', []],
  ])('%s', (list, names) => expect(expandHosts(list)).toEqual(names))
})

test('no text makes a reader throw', () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.array(text), (lines) => {
      for (const read of [parseSqueue, parseJobId, parseSinfo]) read(lines)
      configValue(lines, 'MaxArraySize')
      for (const line of lines) expandHosts(line)
    }),
  )
})
