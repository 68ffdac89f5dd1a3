// SPDX-License-Identifier: MIT
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSymptom } from '../../bisect/symptom.ts'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { exec, recordingContext, writeFakeTree } from '../fake-tree.ts'
import type { Family, HostileCase } from './case.ts'
import { call, unsafeIn } from './cli.ts'
import { NASTY } from './mutate.ts'

const shown = (value: string): string => JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)

const refused = (family: string, args: readonly string[], place?: string): HostileCase => ({
  family,
  name: args.map(shown).join(' '),
  ...(place === undefined ? {} : { place }),
  read: async (dir) => {
    const { output, error } = await call([...args, ...(args[0] === 'run' ? ['--results', join(dir, 'results')] : [])])
    const unsafe = unsafeIn(output)
    if (unsafe !== undefined) return unsafe
    if (error === undefined) return 'was taken'
    throw error
  },
})

// The last flag stops the command before it does anything, should the first be taken.
const STOP = ['--tree', 'dir:/no/such/folder']
const FLAGS = [
  '--runs',
  '--seed',
  '--jobs',
  '--duration',
  '--arch',
  '--config',
  '--leg',
  '--profile',
  '--lane',
  '--checks',
  '--series',
  '--patch',
  '--extra-patch',
  '--baseline',
  '--explore',
  '--explore-budget',
]
const BAD = ['constructor', '__proto__', '-1', '９', '\u001b[31m\n::error::x', '##[error]x', 'x'.repeat(10_000)]
const flagCases: readonly HostileCase[] = FLAGS.flatMap((flag) =>
  BAD.map((value) => refused('flags', ['run', ...STOP, `${flag}=${value}`])),
)

const OTHERS: readonly (readonly string[])[] = [
  ['\u001b[31m\n::error::x'],
  ['run', '--\u001b[31m\n::error::x'],
  ['run', 'constructor'],
  ['matrix', '--shard', '0/0'],
  ['matrix', '--shard', '1/\u001b[31m'],
  ['matrix', '--shard', '2/1'],
  ['matrix', '--shards', '3'],
  ['matrix', '--emit', 'constructor'],
  ['matrix', '/dev/zero'],
  ['matrix', 'constructor'],
  ['matrix', '../../../etc/passwd'],
  ['matrix', '\u001b[31m\n::error::x'],
  ['report', '\u001b[31m\n::error::x'],
  ['report', 'x', '--format', '__proto__'],
  ['report', 'merge', 'constructor'],
  ['replay', '/'],
  ['replay', 'x/../y'],
  ['log', '--modules', 'x', '-'],
  ['clean', '--older-than', 'constructor'],
  ['clean', '--max-size', '9'.repeat(50)],
  ['selftest', '--only', '(a+)+$'],
  ['selftest', '--runs', '1e3'],
  ['bisect', '--good', 'x'],
  ['bisect', '--tree', 'dir:x', '--good', 'y'],
  ['bisect', '--tree', 'git:/no/such#x', '--good', '--upload-pack=evil', '--script', 'true'],
  ['bisect', 'report', '/dev'],
]

const treeCase = (text: string): HostileCase => ({
  family: 'tree specs',
  name: shown(text),
  place: '--tree',
  read: async () => {
    const spec = parseTreeSpec(text)
    if (spec.kind === 'git' && (spec.url.startsWith('-') || spec.ref.startsWith('-')))
      return 'git would take it for a flag'
    if (spec.kind === 'debian' && /[^\w.+~-]/.test(spec.version ?? '')) return 'apt would take it for a pattern'
    return undefined
  },
})

const KINDS = [
  'debian:',
  'git:',
  'dir:',
  'tar:',
  'v',
  '',
  'constructor:',
  'git:/x#',
  'git:#',
  'debian:6.1=',
  'debian:6.1=6.1.',
]
const NASTIEST = NASTY.filter((_, index) => index % 5 === 0)

const REFS = [
  '-x',
  '--upload-pack=touch evil',
  'a..b',
  '@{u}',
  'HEAD^{/x}',
  '..',
  'refs/../../x',
  'x\ny',
  '$(touch evil)',
  ':/x',
  'a@{-1}',
  'HEAD:mm',
  '\ud800',
  'x'.repeat(5_000),
  'constructor',
  '\u001b[31m::error::x',
]
const refCase = (ref: string): HostileCase => ({
  family: 'git refs',
  name: shown(ref),
  place: '--tree',
  read: async (dir) => {
    writeFakeTree(join(dir, 'linux'))
    exec(join(dir, 'linux'), 'git', 'init', '-q')
    exec(join(dir, 'linux'), 'git', 'add', '.')
    exec(join(dir, 'linux'), 'git', 'commit', '-qm', 'x')
    const options = { cache: join(dir, 'cache'), context: recordingContext() }
    await using tree = await obtainTree(parseTreeSpec(`git:${join(dir, 'linux')}#${ref}`), options)
    return tree.meta.version === '6.1.7' ? undefined : 'another version'
  },
})

const URLS = [
  'ext::sh -c "touch evil"',
  'file://host/x',
  'file:///no/such',
  'file://%00',
  'ssh://-oProxyCommand=touch%20evil/x',
  'http://127.0.0.1:1/x',
  'https://[::1]:1/x',
  'http://',
  '::',
  'fd::7',
  '/dev/null',
  '/etc/passwd',
  '\u001b[31m\n::error::x',
  'git://127.0.0.1:1/x',
  '~root/x',
  '.',
  'x'.repeat(3_000),
]
const urlCase = (url: string): HostileCase => ({
  family: 'git URLs',
  name: shown(url),
  read: async (dir) => {
    const options = { cache: join(dir, 'cache'), context: recordingContext() }
    await using _tree = await obtainTree(parseTreeSpec(`git:${url}#master`), options)
    return 'was taken'
  },
})

const folderCase = (name: string, make: (dir: string) => void): HostileCase => ({
  family: 'folders',
  name,
  place: 'linux',
  read: async (dir) => {
    writeFakeTree(join(dir, 'linux'))
    make(join(dir, 'linux'))
    const options = { cache: join(dir, 'cache'), context: recordingContext() }
    await using tree = await obtainTree(parseTreeSpec(`dir:${join(dir, 'linux')}`), options)
    return tree.meta.version === '6.1.7' ? undefined : `version ${tree.meta.version}`
  },
})
const link = (to: string, name: string) => (dir: string) => void exec(dir, 'ln', '-sfn', to, name)
const FOLDERS: readonly (readonly [name: string, make: (dir: string) => void])[] = [
  ['a Makefile that is /dev/zero', link('/dev/zero', 'Makefile')],
  ['a Makefile that is a folder', (dir) => void exec(dir, 'sh', '-c', 'rm Makefile; mkdir Makefile')],
  ['a Makefile of 64 MiB', (dir) => void exec(dir, 'truncate', '-s', '64M', 'Makefile')],
  ['a source that is /dev/zero', link('/dev/zero', 'mm/zero.c')],
  ['a link in a circle', link('.', 'circle')],
  ['a folder mm that is a link', (dir) => void exec(dir, 'sh', '-c', 'mv mm ../mm; ln -s ../mm mm')],
  ['a pipe', (dir) => void exec(dir, 'mkfifo', 'pipe')],
  ['a name with a line break', (dir) => writeFileSync(join(dir, 'a\nb'), 'x')],
  ['a name like a flag', (dir) => writeFileSync(join(dir, '--reference=x'), 'x')],
  ['a broken .git', (dir) => writeFileSync(join(dir, '.git'), 'gitdir: /no/such\n')],
  ['a version with escapes', (dir) => writeFileSync(join(dir, 'Makefile'), 'VERSION = 6\nPATCHLEVEL = \u001b[31m\n')],
]

const symptomCase = (text: string): HostileCase => ({
  family: 'symptoms',
  name: shown(text),
  place: '--symptom',
  read: async () => {
    const symptom = parseSymptom(text)
    return typeof symptom === 'object' && symptom !== null ? undefined : `is ${typeof symptom}`
  },
})

/** Flags, tree specs, refs, URLs, folders. */
export const argumentCases: Family = () => [
  ...flagCases,
  ...OTHERS.map((args) => refused('commands', args)),
  ...KINDS.flatMap((kind) => NASTIEST.map((nasty) => treeCase(`${kind}${nasty}`))),
  ...REFS.map(refCase),
  ...URLS.map(urlCase),
  ...FOLDERS.map(([name, make]) => folderCase(name, make)),
  ...NASTY.map(symptomCase),
]
