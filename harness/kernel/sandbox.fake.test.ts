// SPDX-License-Identifier: MIT
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { packageRoot } from '../lib/paths.ts'
import { guarded } from '../lib/process/guard.ts'
import { runProcess } from '../lib/process/run.ts'
import { runningWith } from '../testing/processes.ts'
import { buildPlace, runMake } from './make.ts'
import { boxed, confines, findSandbox, type Sandbox } from './sandbox.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zsharness-box-'))
  for (const name of ['in', 'out']) await mkdir(join(root, name))
  await writeFile(join(root, 'out', 'file'), 'untouched\n')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(root, { recursive: true, force: true })
})

const works: Record<Sandbox, boolean> = {
  bwrap: await confines('bwrap'),
  unshare: await confines('unshare'),
  none: true,
}

const run = async (sandbox: Sandbox, script: string, options: Parameters<typeof runProcess>[1] = {}) => {
  const place = { writable: [join(root, 'in')], readable: [join(root, 'out')] }
  return runProcess(boxed(sandbox, ['/bin/sh', '-c', script, 'sh', root], place), { deadlineMs: 60_000, ...options })
}

describe.each(['bwrap', 'unshare'] as const)('%s', (sandbox) => {
  const boxTest = test.runIf(works[sandbox])

  boxTest('writes to its own folder and a private /tmp, and nowhere else', async () => {
    const mark = `zsharness-mark-${process.pid}`
    const { tail, ended } = await run(
      sandbox,
      `echo 1 >"$1/in/file"; echo 1 >/tmp/${mark} && echo private; cat "$1/out/file"
       for path in "$1/out/file" "$1/out/new" /${mark} /var/tmp/${mark} "$HOME/${mark}" /sys/${mark} /proc/sys/vm/swappiness; do
         { echo 1 >"$path"; } 2>/dev/null && echo "wrote $path"
       done; :`,
    )
    expect({ tail, ended }).toEqual({ tail: ['private', 'untouched'], ended: { by: 'exit', code: 0 } })
    expect(await readFile(join(root, 'out', 'file'), 'utf8')).toBe('untouched\n')
    expect(await readdir(join(root, 'in'))).toEqual(['file'])
    expect(await readdir('/tmp')).not.toContain(mark)
  })

  boxTest('reaches no network, not even that of this host', async () => {
    const server = createServer((socket) => socket.end('reached\n'))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as { port: number }
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`
    try {
      expect((await runProcess(['bash', '-c', script])).tail).toEqual(['reached'])
      expect((await run(sandbox, `exec bash -c '${script}'`)).tail.join(' ')).toMatch(/refused|unreachable/)
    } finally {
      server.close()
    }
  })

  boxTest('sees and kills no process of this host', async () => {
    const { tail } = await run(sandbox, `kill -0 ${process.pid} 2>/dev/null && echo seen; ls /proc | grep -c '^[0-9]'`)
    expect(tail).toHaveLength(1)
    expect(Number(tail[0])).toBeLessThan(10)
  })

  boxTest('cannot undo it', async () => {
    const undo = 'mount -o remount,rw /; mount -o remount,bind,rw /; umount -l /tmp; umount -l /proc'
    const { tail } = await run(
      sandbox,
      `was=$(ls /tmp); (${undo}; unshare --user --mount sh -c '${undo}') >/dev/null 2>&1
       { echo 1 >"$1/out/file"; } 2>/dev/null && echo wrote; [ "$was" = "$(ls /tmp)" ] && echo hidden; grep -c 'CapEff:.*[1-9a-f]' /proc/self/status`,
    )
    expect(tail).toEqual(['hidden', '0'])
  })

  boxTest('passes the exit code on', async () => {
    expect((await run(sandbox, 'exit 2')).ended).toEqual({ by: 'exit', code: 2 })
  })

  boxTest('ends with its deadline, whatever it started', async () => {
    const nap = `3777.${process.pid}`
    const { ended } = await run(sandbox, `trap '' TERM; setsid sleep ${nap} & sleep ${nap}; sleep ${nap}`, {
      deadlineMs: 1_500,
      graceMs: 200,
    })
    expect(ended.by).toBe('deadline')
    await vi.waitFor(() => expect(runningWith(nap)).toEqual([]), 20_000)
  })
})

test.runIf(works.bwrap || works.unshare)(
  'a confined build dies with the harness, even by SIGKILL',
  async () => {
    const nap = `3888.${process.pid}`
    const place = { writable: [join(root, 'in')] }
    const inner = boxed(await findSandbox(), ['/bin/sh', '-c', `setsid sleep ${nap} & sleep ${nap}`], place)
    const [file, ...args] = guarded(inner)
    const code = `require('child_process').spawn(${JSON.stringify(file)}, ${JSON.stringify(args)},
    {detached: true, stdio: ['pipe', 'ignore', 'ignore']}); setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['-e', code])
    const sleeping = () => runningWith(nap).filter(({ command }) => command === `sleep ${nap}`)
    await vi.waitFor(() => expect(sleeping()).toHaveLength(2), 30_000)
    parent.kill('SIGKILL')
    await vi.waitFor(() => expect(runningWith(nap)).toEqual([]), 30_000)
  },
  90_000,
)

test('a sandbox that does not start is none', async () => {
  const broken = join(root, 'broken')
  await mkdir(broken)
  for (const name of ['bwrap', 'unshare']) await writeFile(join(broken, name), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  vi.stubEnv('PATH', `${broken}:${process.env.PATH}`)
  expect(await confines('bwrap')).toBe(false)
  expect(await confines('unshare')).toBe(false)
})

test.runIf(works.bwrap || works.unshare)('a build writes to its output, not to its source', async () => {
  const src = join(root, 'src')
  await mkdir(join(src, 'o'), { recursive: true })
  await writeFile(join(src, 'a.c'), 'shared with the cache\n')
  const script = `cd ${src}; echo 1 >o/a.o && echo built; { echo 1 >>a.c; } 2>/dev/null && echo changed; :`
  const { tail } = await runMake(['sh', '-c', script], buildPlace(src), {})
  expect(await findSandbox()).not.toBe('none')
  expect(tail).toEqual(['built'])
  expect(await readFile(join(src, 'a.c'), 'utf8')).toBe('shared with the cache\n')
})

test.runIf(works.unshare)('a full TMPDIR does not hide a sandbox that works', () => {
  const url = JSON.stringify(pathToFileURL(join(import.meta.dirname, 'sandbox.ts')).href)
  const code = `import { confines } from ${url}; console.log(await confines('unshare'))`
  const loader = join(packageRoot, 'harness/testing/ts-loader.mjs')
  const script = 'mount -t tmpfs -o size=1m none "$0" && { head -c 2M /dev/zero >"$0/fill"; exec "$@"; }'
  const argv = [process.execPath, '--import', loader, '--input-type=module', '-e', code]
  const { stdout } = spawnSync('unshare', ['-rm', 'sh', '-c', script, root, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR: root },
  })
  expect(stdout).toBe('true\n')
})
