// SPDX-License-Identifier: MIT
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { archs } from '../inputs/arch/index.ts'
import { listingOf } from '../inputs/tree/files.ts'
import { blobPath } from '../lib/cache/blobs.ts'
import { blobsRoot } from '../lib/cache/listed.ts'
import { metaFile, writeMeta } from '../lib/cache/meta.ts'
import { exists } from '../lib/files/exists.ts'
import { contentKey, sha256Of } from '../lib/files/hash.ts'
import { HostError } from '../model/errors.ts'
import type { Context, Event } from '../model/events.ts'
import { installFakeMake } from '../testing/fake-make.ts'
import { exec, recordingContext } from '../testing/fake-tree.ts'
import { storeFolder } from '../testing/stored.ts'
import { obtainKernel } from './kernel.ts'
import type { Linking, WhileLinked } from './linking.ts'
import type { Kernel, KernelInputs } from './model.ts'

// Most tests do without, which is faster.
const confined = vi.hoisted(() => ({ now: false }))
vi.mock('./sandbox.ts', async (real) => {
  const actual = await real<typeof import('./sandbox.ts')>()
  return { ...actual, findSandbox: async () => (confined.now ? actual.findSandbox() : 'none') }
})

// A compiler that finds no space may only say "Error 1".
const disk = vi.hoisted(() => ({ full: false }))
vi.mock('../lib/files/space.ts', async (real) => {
  const actual = await real<typeof import('../lib/files/space.ts')>()
  const requireRoomLeft: typeof actual.requireRoomLeft = async (dirs, what) => {
    if (disk.full) throw new HostError(`${what} failed, and there is no space left in ${dirs[0]}`)
  }
  return { ...actual, requireRoomLeft }
})

const arch = archs.find(({ name }) => name === 'x86_64')!
const toolchain = { prefix: '', llvm: false, cc: 'gcc', version: 'toy' }

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-kernel-'))
  await installFakeMake(join(root, 'bin'))
  vi.stubEnv('PATH', `${join(root, 'bin')}:${process.env.PATH}`)
})
afterEach(async () => {
  confined.now = false
  disk.full = false
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

type Files = Readonly<Record<string, string | null>>

const TREE = {
  'mm/Kconfig': 'config X\n',
  'mm/a.c': '#include "a.h"\nint a;\n',
  'mm/b.c': 'int b;\n',
  'mm/c.c': '#include "a.h"\nint c;\n',
  'include/a.h': 'int h;\n',
}

const cache = (): string => join(root, 'cache')

/** Writes a file, or the link of a text `-> TARGET`; a name is bytes. */
const put = async (dir: string, name: string, text: string): Promise<void> => {
  const path = Buffer.concat([Buffer.from(`${dir}/`), Buffer.from(name, 'latin1')])
  await mkdir(dirname(join(dir, name)), { recursive: true })
  if (text.startsWith('-> ')) await symlink(text.slice(3), path)
  else await writeFile(path, text)
}

/** A source of the tree with these files; `null` removes one. */
const source = async (changes: Files = {}): Promise<KernelInputs['source']> => {
  const dir = join(root, 'sources', contentKey(JSON.stringify(changes)))
  const patchedFiles: Record<string, string | null> = {}
  for (const [name, text] of Object.entries({ ...TREE, ...changes })) {
    if (text !== null) await put(dir, name, text)
    if (name in changes) patchedFiles[name] = text === null ? null : sha256Of(text)
  }
  const listing = await storeFolder(cache(), dir)
  const treeListing = Object.keys(changes).length === 0 ? listing : (await source()).listing
  return { listing, treeListing, patchedFiles }
}

const option = (name: string) => ({ name: `CONFIG_${name}`, value: 'y', file: 'x.config', line: 1 })

const build = async (
  changes: Files = {},
  options: readonly string[] = [],
  context: Context = recordingContext(),
): Promise<Kernel> => {
  const inputs = { version: '6.1', arch, toolchain, wanted: options.map(option), makeVariables: [] }
  const logFile = join(root, contentKey(JSON.stringify([changes, options])))
  return obtainKernel(
    { ...inputs, source: await source(changes) },
    { cache: join(root, 'cache'), jobs: 2, logFile },
    context,
  )
}

const compiled = async ({ dir }: Kernel): Promise<readonly string[]> =>
  [...(await readFile(join(dir, 'build.log'), 'utf8')).matchAll(/^ {2}CC +mm\/(\w+)\.o$/gm)].map(([, name]) => name!)

const image = ({ dir }: Kernel): Promise<string> => readFile(join(dir, 'src/o/arch/x86/boot/bzImage'), 'utf8')

/** Gives all that the build made the time of a clock that was ahead. */
const fromTheFuture = ({ dir }: Kernel): void =>
  void exec(join(dir, 'src/o'), 'find', '.', '-type', 'f', '-exec', 'touch', '-d', 'tomorrow', '{}', '+')

test.each([
  [8, false, '-j8'],
  [8, true, '-j2'],
  [1, true, '-j1'],
])('with %i jobs, in a seat: %s, make gets %s', async (jobs, inSeat, expected) => {
  const inputs = { version: '6.1', arch, toolchain, wanted: [], makeVariables: [], source: await source() }
  const options = { cache: cache(), jobs, inSeat, logFile: join(root, 'log') }
  await using kernel = await obtainKernel(inputs, options, recordingContext())
  expect(kernel.meta.makeArgv).toContain(expected)
})

describe('while a kernel is linked', () => {
  const LINKS = "echo '  LD      .tmp_vmlinux.kallsyms1'\n"
  const linked = async (whileLinked: WhileLinked, changes: Files, jobs = 2): Promise<Kernel> => {
    const inputs = { version: '6.1', arch, toolchain, wanted: [], makeVariables: [], source: await source(changes) }
    return obtainKernel(inputs, { cache: cache(), jobs, logFile: join(root, 'log'), whileLinked }, recordingContext())
  }
  // What is written just before the link counts as written during it.
  const GENERATES = 'mkdir -p include/generated arch/x86; echo 1 >include/generated/b.h; sleep 0.1\n'
  const files = { 'do.sh': `${GENERATES}${LINKS}sleep 0.2\n` }
  /** Work that collects what it was given, and whether it was proven. */
  const work = () => {
    const calls: { readonly linking: Linking; readonly proof: string }[] = []
    const whileLinked: WhileLinked = async (linking) => {
      calls.push({ linking, proof: await linking.requireProven().then(() => 'proven', String) })
    }
    return { calls, whileLinked }
  }

  test('work is done beside, and proven with the kernel', async () => {
    const { calls, whileLinked } = work()
    await using kernel = await linked(whileLinked, files)
    expect(calls).toEqual([
      {
        linking: expect.objectContaining({ interface: kernel.meta.interface, src: kernel.meta.builtAt }),
        proof: 'proven',
      },
    ])
    await using again = await linked(whileLinked, files)
    expect(again.cached).toBe(true)
    expect(calls).toHaveLength(1)
  })

  test('a header that is generated late proves it wrong, and not the kernel', async () => {
    const { calls, whileLinked } = work()
    await using _kernel = await linked(whileLinked, { 'do.sh': `${files['do.sh']}echo 2 >include/generated/b.h\n` })
    expect(calls.map(({ proof }) => proof)).toEqual([expect.stringContaining('made of something else')])
  })

  test('the failure of the kernel stays its own, and what ran beside it has ended', async () => {
    const { calls, whileLinked } = work()
    const failing = linked(whileLinked, { ...files, 'mm/b.c': '// FAIL it\n' })
    await expect(failing).rejects.toMatchObject({ name: 'KernelBuildError', message: expect.stringContaining(': it') })
    expect(calls.map(({ proof }) => proof)).toEqual([expect.stringContaining('made of something else')])
  })

  test('nothing is done beside it without a second CPU', async () => {
    const { calls, whileLinked } = work()
    await using _kernel = await linked(whileLinked, files, 1)
    expect(calls).toEqual([])
  })
})

describe('a build from the objects of another', () => {
  test('has its empty folders: kbuild finds a file by a path through one', async () => {
    const before = await build()
    await mkdir(join(before.dir, 'src/o/arch/x86/entry/syscalls'), { recursive: true })
    await using after = await build({ 'mm/b.c': 'int b2;\n' })
    expect(await exists(join(after.dir, 'src/o/arch/x86/entry/syscalls'))).toBe(true)
  })

  test('compiles what a patched file reaches, and nothing else', async () => {
    await using _before = await build()
    await using after = await build({ 'mm/b.c': 'int b2;\n' })
    expect(await compiled(after)).toEqual(['b'])
    await using header = await build({ 'include/a.h': 'int h2;\n' })
    expect(await compiled(header)).toEqual(['a', 'c'])
  })

  test.each([
    ['source', { 'mm/b.c': 'int b2;\n' }, 'int b2'],
    ['header', { 'include/a.h': 'int h2;\n' }, 'int h2'],
  ])('compiles a patched %s though the clock stepped back', async (_what, changes, text) => {
    await using before = await build()
    fromTheFuture(before)
    await using after = await build(changes)
    expect(await image(after)).toContain(text)
    expect(await image(after)).not.toBe(await image(before))
  })

  test('compiles what includes a header that the build generates, though the clock stepped back', async () => {
    const generates = (text: string) => ({
      'mm/b.c': '#include "../o/gen.h"\nint b;\n',
      'mm/gen.yaml': `${text}\n`,
      'do.sh': 'cmp -s ../mm/gen.yaml gen.h || cat ../mm/gen.yaml >gen.h\n',
    })
    await using before = await build(generates('int one;'))
    expect(await image(before)).toContain('int one')
    fromTheFuture(before)
    await using after = await build(generates('int two;'))
    expect(await image(after)).toContain('int two')
  })

  test('compiles what read a header that a new one of that name may hide', async () => {
    await using _before = await build()
    await using after = await build({ 'mm/a.h': 'int hidden;\n' })
    expect(await compiled(after)).toEqual(['a', 'c'])
  })

  test('makes again what a changed Makefile generates, though no record tells how', async () => {
    const generates = (text: string): Files => ({
      'mm/b.c': '#include "../o/mm/gen.h"\nint b;\n',
      'mm/Makefile': `echo '${text}' >mm/gen.h\n`,
      'do.sh': 'mkdir -p mm; [ -e mm/gen.h ] || . ../mm/Makefile\n',
    })
    await using before = await build(generates('int one;'))
    expect(await image(before)).toContain('int one')
    await using after = await build(generates('int two;'))
    expect(await image(after)).toContain('int two')
  })

  test.each([
    ['is made', 'int two;'],
    ['fails', '// FAIL it'],
  ])('that %s while the clock is set back proves nothing: make goes by times', async (_what, text) => {
    await using _before = await build()
    const now = Date.now
    const context = recordingContext()
    const emit = (event: Event): void => {
      const back = JSON.stringify(event).includes('starting from the objects') ? 3_600_000 : 0
      if (back > 0) vi.spyOn(Date, 'now').mockImplementation(() => now() - back)
    }
    try {
      await expect(build({ 'mm/b.c': `${text}\n` }, [], { ...context, emit })).rejects.toMatchObject({
        name: 'HostError',
        message: expect.stringContaining('the clock was set back during the build'),
      })
    } finally {
      vi.restoreAllMocks()
    }
  })

  test('is refused when an object turns out to be of another text', async () => {
    // A build that records a dependency and does not compile.
    const sly = "grep -q b2 ../mm/b.c && sed -i 's,deps_mm/a.o := ,&../mm/b.c ,' mm/.a.o.cmd && touch mm/a.o; :\n"
    await using _before = await build({ 'do.sh': sly })
    await expect(build({ 'mm/b.c': 'int b2;\n', 'do.sh': sly })).rejects.toMatchObject({
      name: 'HostError',
      message: expect.stringMatching(/^the patched file was not compiled: mm\/a\.o/),
    })
  })
})

describe('a donor of another tree', () => {
  test.each<[string, Files, Files, string]>([
    ['a link that leads elsewhere', { 'scripts/dtc/l': '-> a' }, { 'scripts/dtc/l': '-> b' }, 'int a'],
    ['a new link', {}, { 'mm/l.h': '-> ../include/a.h' }, 'int a'],
    ['a file for a folder', { 'sub/x.c': 'int x;\n' }, { 'sub/x.c': null, sub: 'text\n' }, 'int a'],
    ['a folder for a file', { sub: 'text\n' }, { sub: null, 'sub/x.c': 'int x;\n' }, 'int a'],
  ])('differs by %s', async (_what, one, other, text) => {
    await using _before = await build(one)
    await using after = await build({ ...one, ...other })
    expect(await image(after)).toContain(text)
  })

  test('has a link to another folder, with headers of the same names', async () => {
    const linked = (folder: string): Files => ({
      'mm/b.c': '#include "../samples/inc/h.h"\n',
      'samples/one/h.h': 'int one;\n',
      'samples/two/h.h': 'int two;\n',
      'samples/inc': `-> ${folder}`,
    })
    await using _before = await build(linked('one'))
    await using after = await build(linked('two'))
    expect(await image(after)).toContain('int two')
  })

  test('whose header has a name that is no UTF-8 gives no objects', async () => {
    const includes = (text: string): Files => ({
      'mm/d.c': 'int d;\n',
      'include/\xe4.h': text,
      'do.sh': 'cat ../include/*.h >>mm/d.o; echo >mm/.d.o.cmd\n',
    })
    await using _before = await build(includes('int old;\n'))
    await using after = await build(includes('int new;\n'))
    expect(await compiled(after)).toEqual(['a', 'b', 'c', 'd'])
  })

  test('with other host tools gives no objects: the last link names none', async () => {
    await using _before = await build({ 'scripts/kallsyms.c': 'int k;\n' })
    await using after = await build({ 'scripts/kallsyms.c': 'int k2;\n' })
    expect(await compiled(after)).toEqual(['a', 'b', 'c'])
  })

  test('lacks a header that a source asks for', async () => {
    const asks = { 'mm/b.c': '#if __has_include("new.h")\n' }
    await using _before = await build(asks)
    await using after = await build({ ...asks, 'include/new.h': 'int n;\n' })
    expect(await compiled(after)).toContain('b')
  })
})

test('what a build in the tree left, and the tree tracks, is neither built from nor missed', async () => {
  const tracked = { '.config': 'CONFIG_X=y\n', 'include/generated/a.h': 'int g;\n', 'o/x': 'x\n' }
  await using kernel = await build(tracked)
  expect(await exists(join(kernel.dir, 'src/.config'))).toBe(false)
  await expect(build({ ...tracked, 'mm/b.c': '// FAIL it\n' })).rejects.toMatchObject({ name: 'KernelBuildError' })
})

describe('the warnings of a build', () => {
  const warnings = ({ meta }: Kernel) => meta.diagnostics.map(({ file, message, target }) => [target, file, message])

  test('from the objects of another are complete, and its own', async () => {
    const old = { 'mm/b.c': '// WARN old b\n', 'include/a.h': '// WARN old h\n' }
    await using before = await build(old)
    expect(warnings(before)).toEqual([
      ['mm/a.o', 'include/a.h', 'old h'],
      ['mm/b.o', 'mm/b.c', 'old b'],
      ['mm/c.o', 'include/a.h', 'old h'],
    ])
    await using after = await build({ ...old, 'include/a.h': '// no more\n' })
    expect(warnings(after)).toEqual([['mm/b.o', 'mm/b.c', 'old b']])
  })

  test('in a header that a patched file no longer includes are gone', async () => {
    const old = { 'include/a.h': '// WARN old h\n' }
    await using _before = await build(old)
    await using after = await build({ ...old, 'mm/a.c': 'int a;\n', 'mm/c.c': 'int c;\n' })
    expect(warnings(after)).toEqual([])
  })

  test('in files that this config does not build are not inherited', async () => {
    const tree = { 'mm/b.c': '// if CONFIG_B\n// WARN old b\n' }
    await using with_ = await build(tree, ['B'])
    expect(warnings(with_)).toHaveLength(1)
    await using without = await build(tree, [])
    expect(warnings(without)).toEqual([])
    expect(await image(without)).not.toContain('old b')
  })
})

test('what a build left and printed cannot reach files outside of it', async () => {
  const kept = join(root, 'kept')
  await mkdir(join(root, 'outside'))
  for (const file of [kept, join(root, 'outside', 'file.o')]) await writeFile(file, 'untouched')
  const up = '../'.repeat(20)
  const announced = [`mm/${up}${kept}`, `${up}${kept}`, kept, 'link/file.o', 'mm']
  const prints = announced.map((target) => `echo '  CC      ${target}'; echo 'x.c:1:1: warning: x'`).join('\n')
  const links = `ln -sfn ${root}/outside link; ln -sf ${kept} zsharness.config; ln -sf ${kept} .zsharness-now`
  await using _first = await build({ 'do.sh': `${prints}\n${links}\n` })
  await using _second = await build({ 'do.sh': '' })
  expect(await readFile(kept, 'utf8')).toBe('untouched')
  expect(await readFile(join(root, 'outside', 'file.o'), 'utf8')).toBe('untouched')
})

test('a build that fails on a full disk is not blamed on the kernel', async () => {
  const fails = { 'mm/b.c': '// FAIL it\n' }
  await expect(build(fails)).rejects.toMatchObject({ name: 'KernelBuildError' })
  disk.full = true
  await expect(build(fails)).rejects.toMatchObject({ name: 'HostError', message: expect.stringContaining('no space') })
})

describe('damage in the cache', () => {
  /** Replaces a file by one that a bad disk would return: another byte, the same size and times. */
  const damage = async (path: string, from: string, to: string): Promise<void> => {
    const { atime, mtime } = await stat(path)
    const text = await readFile(path, 'utf8')
    await rm(path)
    await writeFile(path, text.replace(from, to))
    await utimes(path, atime, mtime)
  }
  test('of an image is noticed, and the kernel built again', async () => {
    const first = await build()
    const good = await image(first)
    await damage(join(first.dir, 'src/o/arch/x86/boot/bzImage'), 'int a', 'int z')
    await first[Symbol.asyncDispose]()
    const context = recordingContext()
    await using again = await build({}, [], context)
    expect(again.cached).toBe(false)
    expect(await image(again)).toBe(good)
    expect(JSON.stringify(context.events)).toContain('the kernel in the cache is damaged')
  })

  test.each([
    ['is not taken over, and the build is removed', false],
    ['is not taken over; a build that a run uses stays, and does not make it wait for itself', true],
  ])('of an object %s', async (_what, inUse) => {
    const before = await build()
    await damage(join(before.dir, 'src/o/mm/a.o'), 'int a', 'int z')
    if (!inUse) await before[Symbol.asyncDispose]()
    const context = recordingContext()
    await using after = await build({ 'mm/b.c': 'int b2;\n' }, [], context)
    expect(await image(after)).toContain('int a')
    expect(await compiled(after)).toEqual(['a', 'b', 'c'])
    expect(JSON.stringify(context.events)).toContain(`the build ${before.meta.key} in the cache is damaged`)
    expect(await exists(metaFile(join(cache(), 'builds'), before.meta.key))).toBe(inUse)
    if (!inUse) return
    await using again = await build()
    expect(again.cached).toBe(true)
    await before[Symbol.asyncDispose]()
  })

  test.each<[string, (dir: string) => Promise<void>]>([
    ['an object that is gone', (dir) => rm(join(dir, 'src/o/mm/a.o'))],
    ['a list of objects that is gone', (dir) => rm(join(dir, 'objects.list'))],
    ['a list of objects', (dir) => damage(join(dir, 'objects.list'), 'mm/a.o', 'mm/z.o')],
  ])('of %s gives no objects', async (_, harm) => {
    const before = await build()
    await harm(before.dir)
    await before[Symbol.asyncDispose]()
    await using after = await build({ 'mm/b.c': 'int b2;\n' })
    expect(await compiled(after)).toEqual(['a', 'b', 'c'])
    expect(await exists(metaFile(join(cache(), 'builds'), before.meta.key))).toBe(false)
  })

  test('of an image that a run uses is said at once: nobody waits for himself', async () => {
    await using first = await build()
    await damage(join(first.dir, 'src/o/arch/x86/boot/bzImage'), 'int a', 'int z')
    await expect(build()).rejects.toMatchObject({ name: 'HostError', message: expect.stringContaining('in use') })
  })

  test.each([
    ['that still compiles', 'include/a.h', 'int h', 'int z'],
    ['that does not compile', 'include/a.h', 'int h', '// FAIL it'],
    ['that was patched', 'mm/b.c', 'int b2;', '// FAIL it'],
  ])('of a source %s is not blamed on the kernel', async (_what, path, from, to) => {
    await using _before = await build()
    const after = await source({ 'mm/b.c': 'int b2;\n' })
    const trees = join(cache(), 'trees')
    await writeMeta(trees, 't', { key: 't', listing: after.listing })
    await writeMeta(trees, 'other', { key: 'other', listing: await storeFolder(cache(), join(root, 'bin')) })
    const file = (await listingOf(cache(), after.listing, new AbortController().signal)).find(
      (one) => one.path === path,
    )
    await damage(blobPath(blobsRoot(cache()), file!), from, to)
    const inputs = { version: '6.1', arch, toolchain, wanted: [], makeVariables: [] }
    const options = { cache: cache(), jobs: 2, logFile: join(root, 'log') }
    await expect(obtainKernel({ ...inputs, source: after }, options, recordingContext())).rejects.toMatchObject({
      name: 'HostError',
      message: expect.stringContaining(`the cache is damaged: ${path}`),
    })
    // What lists it is made again, and nothing else.
    expect(await exists(metaFile(trees, 't'))).toBe(false)
    expect(await exists(metaFile(trees, 'other'))).toBe(true)
    await using again = await build({ 'mm/b.c': 'int b2;\n' })
    expect(await image(again)).toContain('int h')
  })

  test.each(['', '{', '{"sha256":1}', '{"sha256":"0","meta":{"arch":"x86_64","format":"3"}}'])(
    'of what is stored about a build (%j) makes it none',
    async (text) => {
      await using before = await build()
      await writeFile(metaFile(join(root, 'cache', 'builds'), before.meta.key), text)
      await using after = await build({ 'mm/b.c': 'int b2;\n' })
      expect(await compiled(after)).toEqual(['a', 'b', 'c'])
    },
  )
})

describe('a Kconfig that the patches broke', () => {
  test('is a failure of the kernel', async () => {
    await expect(build({ 'mm/Kconfig': 'config X\nbroken\n' })).rejects.toMatchObject({
      name: 'KernelBuildError',
      message: 'the kernel cannot be configured: mm/Kconfig:2: syntax error',
      diagnostics: [{ file: 'mm/Kconfig', line: 2 }],
    })
  })

  // The toy's kconfig drops each option that its Kconfig names.
  const dropsA = { 'mm/Kconfig': 'CONFIG_A=y\n' }
  test('so that an option of the tree is gone is one too', async () => {
    await expect(build(dropsA, ['A'])).rejects.toMatchObject({
      name: 'KernelBuildError',
      message: expect.stringContaining('CONFIG_A=y did not stick'),
    })
  })

  test('is not to blame for an option that the tree has not', async () => {
    const tree = await source(dropsA)
    const inputs = { version: '6.1', arch, toolchain, wanted: [option('A')], makeVariables: [] }
    const options = { cache: join(root, 'cache'), jobs: 2, logFile: join(root, 'log') }
    const patched = { ...(await source({ ...dropsA, 'mm/Kconfig.more': 'x\n' })), treeListing: tree.listing }
    const plain = { ...tree, patchedFiles: {} }
    for (const one of [plain, patched])
      await expect(obtainKernel({ ...inputs, source: one }, options, recordingContext())).rejects.toMatchObject({
        name: 'UsageError',
        message: expect.stringContaining('CONFIG_A=y did not stick'),
      })
  })
})

describe("a tree's own Makefiles", () => {
  test('are confined where the host can, and the result says by what', async () => {
    confined.now = true
    const server = createServer((socket) => socket.end('reached\n'))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    const script = `
echo 1 >>${root}/outside
for path in ${root}/bin/other ../mm/a.c /x; do { echo 1 >>"$path"; } 2>/dev/null && echo "wrote $path"; done
bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3' 2>/dev/null && echo network
echo inside >inside
`
    try {
      const built = build({ 'do.sh': script })
      const { findSandbox } = await vi.importActual<typeof import('./sandbox.ts')>('./sandbox.ts')
      if ((await findSandbox()) === 'none') {
        // Nothing keeps a Makefile from writing into the sources, but it is noticed.
        await expect(built).rejects.toMatchObject({ message: expect.stringContaining('the cache is damaged: mm/a.c') })
        return
      }
      await using kernel = await built
      const log = await readFile(join(kernel.dir, 'build.log'), 'utf8')
      expect(['bwrap', 'unshare']).toContain(kernel.meta.sandbox)
      expect(await readFile(join(kernel.dir, 'src/o/inside'), 'utf8')).toBe('inside\n')
      expect(log).not.toMatch(/wrote|network|reached/)
      expect(await readdir(root)).not.toContain('outside')
    } finally {
      server.close()
    }
  })
})

describe('the interface of modules', () => {
  const interfaceOf = async (changes: Files, options: readonly string[] = []): Promise<string> => {
    await using kernel = await build(changes, options)
    return kernel.meta.interface
  }

  test('does not change with code that only the kernel has, and changes with all that a module reads', async () => {
    const plain = await interfaceOf({})
    expect(await interfaceOf({ 'mm/b.c': 'int b2;\n', 'Documentation/x.rst': 'x\n' })).toBe(plain)
    const others = [
      await interfaceOf({ 'include/a.h': 'int h2;\n' }),
      await interfaceOf({ 'scripts/mod/modpost.c': 'int m;\n' }),
      await interfaceOf({ 'do.sh': 'mkdir -p include/generated; echo 1 >include/generated/bounds.h\n' }),
      await interfaceOf({ 'do.sh': 'echo "0x0 zs_malloc vmlinux EXPORT_SYMBOL" >Module.symvers\n' }),
    ]
    expect(new Set([plain, ...others]).size).toBe(5)
  })
})

describe('the configuration', () => {
  test.each([
    ['the code differs', { 'mm/b.c': 'int b2;\n' }, ['X'], false],
    ['a Kconfig differs', { 'mm/Kconfig': 'config Y\n' }, ['X'], true],
    ['a Makefile differs', { 'mm/Makefile': 'x\n' }, ['X'], true],
    ['an option differs', {}, ['X', 'Z'], true],
  ])('is made again or not when %s', async (_what, changes, options, again) => {
    await using _before = await build({}, ['X'])
    await using after = await build(changes, options)
    const log = await readFile(join(after.dir, 'build.log'), 'utf8')
    expect(log.includes('configured')).toBe(again)
  })
})
