// SPDX-License-Identifier: MIT
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { UsageError } from '../model/errors.ts'
import { type LogFlags, logCommand } from './log.ts'

const dir = mkdtempSync(join(tmpdir(), 'zsharness-log-'))
afterAll(() => rmSync(dir, { recursive: true }))

const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text)
  return join(dir, name)
}

const crash = file(
  'crash.log',
  `[    1.000000] BUG: kernel NULL pointer dereference, address: 0000000000000018
[    1.000001] CPU: 1 PID: 412 Comm: \u001b]0;evil\u0007ip\u009b Not tainted 6.1.0 #1
[    1.000002] RIP: 0010:fib_info_update+0x31/0x90
[    1.000003] ---[ end trace 0000000000000000 ]---
`,
)
const clean = file('clean.log', '[    1.000000] random: crng init done\n')

const folder = (name: string, files: Readonly<Record<string, string | Buffer>>): string => {
  const path = join(root, name)
  mkdirSync(path)
  for (const [one, text] of Object.entries(files)) writeFileSync(join(path, one), text)
  return path
}

const packed = gzipSync(readFileSync(crash))
const root = mkdtempSync(join(tmpdir(), 'zsharness-logs-'))
afterAll(() => rmSync(root, { recursive: true }))
const others = folder('others', { 'cut.gz': packed.subarray(0, packed.length - 4), 'a.zip': 'PK\x03\x04' })
const cut = join(others, 'cut.gz')
const zip = join(others, 'a.zip')

const run = async (files: readonly string[], flags: LogFlags = {}) => {
  let out = ''
  const code = await logCommand(files, flags, (text) => {
    out += text
  })
  return { code, out }
}

// The engine is loaded when it is used first, which on a busy machine takes longer than a test may.
await run([], { families: true })

const TITLE = 'BUG: unable to handle kernel NULL pointer dereference in fib_info_update'

test.each<[string, readonly string[], LogFlags, number]>([
  ['nothing found', [clean], {}, 0],
  ['something found', [clean, crash], {}, 1],
  ['a file that cannot be read', [crash, join(dir, 'absent')], {}, 2],
  ['a folder', [dir], {}, 1],
  ['a compressed file that is cut', [cut], {}, 2],
  ['a file that is no text of a log', [zip], {}, 2],
  ['the expected title', [crash], { expect: TITLE }, 0],
  ['the expected family and kind', [crash], { expect: 'oops/null-deref' }, 0],
  ['the expected bucket', [crash], { expect: 'null-deref:fib_info_update' }, 0],
  ['another bucket than expected', [crash], { expect: 'wild-access:fib_info_update' }, 1],
  ['another title than expected', [crash], { expect: 'KASAN: use-after-free Read in foo' }, 1],
  ['the expected title not in every file', [crash, clean], { expect: TITLE }, 1],
])('exit code: %s', async (_, files, flags, code) => {
  expect((await run(files, flags)).code).toBe(code)
})

test('--json is one object a file', async () => {
  const { out } = await run([clean, crash], { json: true })
  const objects = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(objects).toHaveLength(2)
  expect(objects[0]).toEqual({ file: clean, splats: [] })
  expect(objects[1].splats[0]).toMatchObject({
    family: 'oops',
    kind: 'null-deref',
    title: TITLE,
    cpu: 1,
    corrupted: null,
  })
})

test('--stats counts buckets', async () => {
  const { out } = await run([clean, crash, crash], { stats: true })
  expect(out).toContain('3 files, 1 of them clean')
  expect(out).toMatch(new RegExp(`2 +1 +null-deref:fib_info_update +${TITLE}`))
})

test('nothing of a log drives the terminal', async () => {
  const { out } = await run([crash], { raw: true })
  expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  expect(out).toContain(TITLE)
})

test('--families lists every family', async () => {
  const { out, code } = await run([], { families: true })
  expect(code).toBe(0)
  expect(out).toContain('kasan\n')
  expect(out).toContain('lost-guest\n')
})

test('no file is a usage error', async () => {
  await expect(run([])).rejects.toThrow(UsageError)
})

test('a compressed file that is cut shows what it has', async () => {
  expect((await run([cut])).out).toContain(`${cut}: 1 kernel report in `)
})

test('a folder: each file is a log, in order; what is no log is skipped', async () => {
  const path = folder('mixed', {
    'b.log.gz': packed,
    'a.log': readFileSync(clean),
    picture: Buffer.alloc(100),
    vmlinux: '\x7fELF',
  })
  const { out, code } = await run([path], { json: true })
  const read = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(read.map(({ file: name, splats }) => [name, splats.length])).toEqual([
    [join(path, 'a.log'), 0],
    [join(path, 'b.log.gz'), 1],
  ])
  expect(code).toBe(1)
})

test('an archive in a folder may hold logs: what is read is not all', async () => {
  expect((await run([folder('archive', { 'a.log': readFileSync(clean), 'b.zip': 'PK\x03\x04' })])).code).toBe(2)
})

test('the parts of a dump in pstore are one log', async () => {
  const [first = '', ...rest] = readFileSync(crash, 'utf8').split('\n')
  const path = folder('pstore', {
    'dmesg-efi-1': `Oops#1 Part1\n${rest.join('\n')}`,
    'dmesg-efi-2.enc.z': deflateRawSync(`Oops#1 Part2\nx\n${first}\n`),
    'dmesg-ramoops-0': 'Panic#1 Part1\n[    1.000000] a\n',
  })
  const { out, code } = await run([path], { json: true })
  const read = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(read.map(({ file: name }) => name)).toEqual([
    `${path}/{dmesg-efi-2.enc.z,dmesg-efi-1}`,
    join(path, 'dmesg-ramoops-0'),
  ])
  expect(read[0].splats).toMatchObject([{ title: TITLE, line: 3 }])
  expect(code).toBe(1)
})

test('--tree names the file to blame, or why it is not known', async () => {
  const tree = join(dir, 'linux')
  mkdirSync(join(tree, 'net'), { recursive: true })
  writeFileSync(join(tree, 'Makefile'), '')
  writeFileSync(join(tree, 'net/fib.c'), 'void fib_info_update(void)\n{\n}\n')
  const { out } = await run([crash], { tree })
  expect(out).toContain('  bucket: null-deref:fib_info_update\n')
  expect(out).toContain('  file: net/fib.c\n  maintainers: not known: the tree has no scripts/get_maintainer.pl\n')
  expect((await run([crash])).out).not.toContain('file:')
})

test.each([
  ['absent', 'cannot be read (ENOENT)'],
  ['crash.log', 'is not a folder'],
  ['', 'is not a kernel source'],
])('--tree %s is a usage error', async (name, message) => {
  const wrong = run([crash], { tree: join(dir, name) })
  await expect(wrong).rejects.toThrow(UsageError)
  await expect(wrong).rejects.toThrow(message)
})

test('--json says how many reports it leaves out', async () => {
  const text =
    'BUG: kernel NULL pointer dereference, address: 0\nRIP: 0010:foo+0x1/0x2\nCall Trace:\n bar+0x1/0x2\n---[ end trace 0 ]---\n'
  const many = file('many.log', text.repeat(1_003))
  const all = JSON.parse((await run([many], { json: true })).out)
  const one = JSON.parse((await run([crash], { json: true })).out)
  expect([all.splats.length, all.dropped]).toEqual([1_000, 3])
  expect(Object.keys(one)).toEqual(['file', 'splats'])
})
