// SPDX-License-Identifier: MIT
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { makeProgram } from '../index.ts'
import { answerTo } from './answer.ts'
import { placeOf } from './place.ts'
import { scriptFor } from './scripts.ts'
import { sourceOfArgument, sourceOfOption } from './sources.ts'

const program = makeProgram()

const placeFor = (line: string) => placeOf(program, line.split(' '))
const words = (line: string) => placeFor(line).candidates.map(({ word }) => word)

test.each([
  ['run --tree ', 'trees', '', ''],
  ['run --tree=deb', 'trees', '--tree=', 'deb'],
  ['run --series zsm', 'series', '', 'zsm'],
  ['run --config zpool-on,zp', 'configs', 'zpool-on,', 'zp'],
  ['run --config=zpool-on,zp', 'configs', '--config=zpool-on,', 'zp'],
  ['run --lane race pu', 'lanes', '', 'pu'],
  ['run --patch a.patch b', 'files', '', 'b'],
  ['run --seed 1 --arch ', 'archs', '', ''],
  ['replay results/latest/x86', 'cells', '', 'results/latest/x86'],
  ['report merge a b', 'runs', '', 'b'],
  ['report corpus ', 'runs', '', ''],
  ['report la', 'runs', '', 'la'],
  ['matrix --run ', 'plans', '', ''],
  ['matrix nightly ', 'text', '', ''],
  ['log - ', 'files', '', ''],
  ['run --seed ', 'text', '', ''],
  ['nonsense ', 'text', '', ''],
  ['run --nonsense x', 'text', '', 'x'],
])('%s', (line, source, prefix, text) => expect(placeFor(line)).toMatchObject({ source, prefix, text }))

test('the first word is a command, never the hidden one', () => {
  expect(words('')).toEqual(expect.arrayContaining(['run', 'matrix', 'completion']))
  expect(words('')).not.toContain('complete')
})

test('behind help the commands are completed', () => {
  expect(words('help ')).toEqual(words(''))
  expect(words('help report ')).toEqual(words('report '))
})

test('options are those of the command, and one that was given is not offered again', () => {
  expect(words('run --')).toEqual(expect.arrayContaining(['--arch', '--tree', '--lane']))
  expect(words('run --arch x86_64 --')).not.toContain('--arch')
  expect(words('run --lane race --')).toContain('--lane')
  expect(words('replay --')).not.toContain('--arch')
})

test('choices come from the definition of the option or argument', () => {
  expect(words('run --amplify ')).toEqual(['given', 'auto', 'off'])
  expect(words('completion ')).toEqual(['bash', 'zsh', 'fish'])
})

const place = { candidates: [], source: 'runs', prefix: '', text: '' } as const

test.each([
  [place, ['a', 'b'], 'a\nb\n:4\n'],
  [{ ...place, text: 'b' }, ['a', 'b'], 'b\n:4\n'],
  [{ ...place, prefix: 'a,' }, ['a', 'b'], 'a,b\n:4\n'],
  [{ ...place, source: 'cells' }, ['run/', 'other/'], 'run/\nother/\n:6\n'],
  [{ ...place, source: 'trees' }, ['dir:', 'debian:6.1'], 'dir:\ndebian:6.1\n:4\n'],
  [place, [], ':0\n'],
  [{ ...place, source: 'text' }, [], ':4\n'],
  [place, ['$(reboot)', 'a\nb', '\u001b[31m', 'a b', "'"], ':0\n'],
  [{ ...place, candidates: [{ word: 'merge', meaning: 'of shards' }] }, [], 'merge\tof shards\n:4\n'],
] as const)('%o with %o', (at, names, lines) => expect(answerTo(at, names)).toBe(lines))

// What the user alone can know. A new option has to be listed here or get a source.
const FREE = new Set(
  `account at-once bad base-url bound budget carry confidence constraint device-type disk duration expect explore-budget
  files-url generate good hits hit-rate hold jobs max-end-runs max-runs max-size memory older-than only origin param partition path runs sbatch-arg
  scenario script-timeout seed shard shards signature symptom time until-fail workload-procs workload-time`.split(
    /\s+/,
  ),
)

const everyCommand = (command: Command): readonly Command[] => [command, ...command.commands.flatMap(everyCommand)]

test('every option with a value is completed, or is known to be free text', () => {
  const unknown = everyCommand(program).flatMap((command) =>
    command.options
      .filter(({ required, optional, argChoices }) => (required || optional) && argChoices === undefined)
      .map((option) => option.name())
      .filter((name) => sourceOfOption(name) === 'text' && !FREE.has(name)),
  )
  expect([...new Set(unknown)]).toEqual([])
})

test('every argument is completed', () => {
  const unknown = everyCommand(program).flatMap((command) =>
    command.registeredArguments
      .filter((one) => one.argChoices === undefined && sourceOfArgument(one.name()) === 'text')
      .map((one) => `${command.name()} ${one.name()}`),
  )
  expect(unknown).toEqual(['complete words', 'help command'])
})

test('the script for zsh keeps colons in words, and quotes the path of the program', () => {
  const script = scriptFor('zsh', ['/usr/bin/node', "/a b'c/cli.js"])
  expect(script).toContain('comp=$' + '{comp//:/\\\\:}')
  expect(script).toContain("'/usr/bin/node' '/a b'\\''c/cli.js' complete -- ")
})
