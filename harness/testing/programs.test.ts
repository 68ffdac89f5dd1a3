// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { programsFor } from '../doctor/needs.ts'
import { archs } from '../inputs/arch/index.ts'
import { packageRoot } from '../lib/paths.ts'

/** The sections of .ci/programs, and the programs of each. */
const declared = new Map(
  readFileSync(join(packageRoot, '.ci/programs'), 'utf8')
    .replace(/#.*/g, '')
    .split(/^\[/m)
    .slice(1)
    .map((section) => section.split(/\s+/).filter((word) => word !== ''))
    .map(([name, ...programs]) => [name!.slice(0, -1), programs]),
)
const fast = new Set(declared.get('test'))
const all = new Set([...declared.values(), programsFor(archs)].flat())

// How this code starts programs by name; a name that is computed is not seen here, and .ci/run still stops it.
const STARTS = [
  /\b(?:execa|execFile|execFileSync|spawn|spawnSync)\(\s*'([^'/]+)'/g,
  /\bexec\([\w.]+, '([^'/]+)'/g,
  /\b(?:runProcess|guarded)\(\s*\['([^'/]+)'/g,
  /\bargv = \['([^'/]+)'/g,
  /\bhasProgram\('([^']+)'\)/g,
  /\b(?:sh|execa)(?:\(\{.*?\}\))?`([\w.+-]+)/g,
]
// A builtin of the shell, and what a test starts to see the error.
const NO_PROGRAMS = ['command', 'no-such-program']

const startedBy = (text: string): readonly string[] =>
  STARTS.flatMap((start) => [...text.matchAll(start)].map(([, name]) => name!)).filter(
    (name) => !NO_PROGRAMS.includes(name),
  )

const files = readdirSync(join(packageRoot, 'harness'), { encoding: 'utf8', recursive: true })
  .filter((name) => /\.(ts|tsx|mjs)$/.test(name) && name !== 'testing/programs.test.ts')
  .map((name) => ({ name, started: startedBy(readFileSync(join(packageRoot, 'harness', name), 'utf8')) }))

/** `file: program` of each start that a list lacks. */
const undeclared = (isOne: (name: string) => boolean, list: ReadonlySet<string>): readonly string[] =>
  files.flatMap(({ name, started }) =>
    isOne(name) ? started.filter((program) => !list.has(program)).map((program) => `${name}: ${program}`) : [],
  )

test('a test of npm test starts only programs that every machine has', () => {
  const isFast = (name: string): boolean => /\.test\.ts$/.test(name) && !/\.(kernel|long)\.test\.ts$/.test(name)
  expect(undeclared(isFast, fast)).toEqual([])
})

test('whatever else is started is in .ci/programs or named by doctor', () => {
  expect(undeclared(() => true, all)).toEqual([])
})

test('no program is declared twice', () => {
  const names = [...declared.values()].flat()
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
})

test.each([
  ["await execa('xmllint', ['-'])", 'xmllint'],
  ["exec(root, 'gcc', '-c')", 'gcc'],
  ['await execa({ cwd: dir })`size a.o`', 'size'],
  ["await runProcess(['cpio', '-i'])", 'cpio'],
  ["if (await hasProgram('rsync'))", 'rsync'],
])('%s is seen', (code, program) => expect(startedBy(code)).toEqual([program]))

test('doctor names the tools of a cross compiler with their prefix', () => {
  expect(programsFor(archs, 'x64')).toEqual(expect.arrayContaining(['gcov', 'aarch64-linux-gnu-objcopy']))
  expect(programsFor(archs, 'arm64')).toEqual(expect.arrayContaining(['gcov', 'x86_64-linux-gnu-objcopy']))
})
