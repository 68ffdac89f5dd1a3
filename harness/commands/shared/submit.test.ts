// SPDX-License-Identifier: MIT
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { UsageError } from '../../model/errors.ts'
import { asksToSubmit, nextSteps, nodeArgv, programFrom, slurmFrom } from './submit.ts'

test.each([
  ['matrix nightly --submit slurm', 'matrix nightly'],
  ['run --runs 1000 --submit=slurm --no-wait --partition p --account=a', 'run --runs 1000'],
  ['run --constraint kvm --time 2h --sbatch-arg --qos=x --sbatch-arg=--nice --patch a.patch', 'run --patch a.patch'],
  ['run --results here --format jsonl --baseline last --node-command /z --config all', 'run --config all'],
  ['matrix --tree dir:a dir:b --submit slurm nightly', 'matrix nightly --tree dir:a dir:b'],
  ['matrix --tree dir:a --no-wait nightly --lane race pump', 'matrix nightly --tree dir:a --lane race pump'],
  ['run --jobs 4 --lane race --seed 7', 'run --jobs 4 --lane race --seed 7'],
])('%s: the nodes get %s', (typed, expected) => {
  expect(nodeArgv(typed.split(' ')).join(' ')).toBe(expected)
})

describe('flags of a submission', () => {
  test.each([
    [{ partition: 'p' }, '--partition needs --submit slurm'],
    [{ account: 'a' }, '--account needs --submit slurm'],
    [{ constraint: 'kvm' }, '--constraint needs --submit slurm'],
    [{ time: '1h' }, '--time needs --submit slurm'],
    [{ sbatchArg: ['--nice'] }, '--sbatch-arg needs --submit slurm'],
    [{ nodeCommand: '/z' }, '--node-command needs --submit slurm'],
    [{ wait: false }, '--no-wait needs --submit slurm'],
    [{ submit: 'slurm', watch: true }, '--watch and --submit slurm'],
    [{ submit: 'slurm', shard: '1/2' }, '--shard and --submit slurm'],
    [{ submit: 'slurm', part: 'x' }, '--part and --submit slurm'],
    [{ submit: 'slurm', installDeps: true }, '--install-deps and --submit slurm'],
    [{ submit: 'slurm', patch: ['-'] }, '--patch - and --submit slurm'],
    [{ submit: 'slurm', extraPatch: ['a', '-'] }, '--patch - and --submit slurm'],
  ] as const)('%j: refused with place and remedy', (flags, message) => {
    const ask = () => asksToSubmit(flags)
    expect(ask).toThrow(UsageError)
    expect(ask).toThrow(message)
  })

  test.each([
    [{}, false],
    [{ wait: true }, false],
    [{ submit: 'slurm', wait: false, partition: 'p', patch: ['a'] }, true],
  ] as const)('%j: %s', (flags, expected) => {
    expect(asksToSubmit(flags)).toBe(expected)
  })

  test.each([
    [{}, { sbatchArgs: [] }],
    [{ time: '90m' }, { sbatchArgs: [], minutes: 90 }],
    [{ time: '30s' }, { sbatchArgs: [], minutes: 1 }],
    [
      { partition: 'p', sbatchArg: ['--nice'] },
      { partition: 'p', sbatchArgs: ['--nice'] },
    ],
  ])('%j for sbatch', (flags, expected) => {
    expect(slurmFrom(flags)).toEqual(expected)
  })

  test.each([[{ sbatchArg: ['--array=1'] }], [{ sbatchArg: ['-x'] }], [{ time: 'soon' }]])('%j is refused', (flags) => {
    expect(() => slurmFrom(flags)).toThrow(UsageError)
  })
})

test('a run that nobody waits for is printed with what to do next', () => {
  for (const verb of ['status', 'collect', 'cancel'])
    expect(nextSteps('/r/slurm-x')).toContain(`slurm ${verb} /r/slurm-x`)
})

describe('the program of the nodes', () => {
  test('is a path, or a name in their PATH', () => {
    expect(programFrom({ nodeCommand: '/opt/a b/zsharness' })).toEqual(['/opt/a b/zsharness'])
    expect(programFrom({ nodeCommand: './zsharness' })).toEqual([resolve('zsharness')])
    expect(programFrom({ nodeCommand: 'zsharness' })).toEqual(['zsharness'])
  })

  test.each(['', ' ', 'zsharness --quiet'])('is not %j', (nodeCommand) =>
    expect(() => programFrom({ nodeCommand })).toThrow('it is one program, without arguments'),
  )
})
