// SPDX-License-Identifier: MIT
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { keyOfMade } from '../bundle/made.ts'
import { jsonOf } from '../bundle/model.ts'
import { FILE } from '../bundle/names.ts'
import { hasProgram } from '../lib/process/sh.ts'
import { fetchBundle } from '../run/stored/fetch.ts'
import { aMade, bundleFiles, packParts, partsOf } from '../testing/bundles.ts'
import type { Store } from './model.ts'
import { openStore } from './open.ts'
import { storePlace } from './place.ts'

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const config = (dir: string, port: number): string => `daemon off; master_process off;
${process.geteuid?.() === 0 ? `user ${userInfo().username};` : ''}
pid ${dir}/pid; error_log ${dir}/error.log;
events {}
http {
  access_log off; client_max_body_size 0;
  client_body_temp_path ${dir}/temp; proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
  server {
    listen 127.0.0.1:${port};
    root ${dir}/root;
    location / { dav_methods PUT; create_full_put_path on; }
    location /readonly/ { limit_except GET { deny all; } }
  }
}
`

const withoutNginx = !(await hasProgram('nginx'))

interface Served {
  readonly dir: string
  readonly notes: readonly unknown[]
  readonly open: (path?: string) => Promise<Store>
}

/** Serves a new folder for as long as the function works. */
const served = async (use: (served: Served) => Promise<void>): Promise<void> => {
  const dir = await mkdtemp(join(tmpdir(), 'zsh-nginx-'))
  const port = await freePort()
  mkdirSync(join(dir, 'root'))
  writeFileSync(join(dir, 'conf'), config(dir, port))
  const nginx = execa('nginx', ['-p', dir, '-c', join(dir, 'conf')], { reject: false })
  const notes: unknown[] = []
  const open = async (path = '') =>
    (await openStore(storePlace('--store', `http://127.0.0.1:${port}/${path}`), {
      emit: (event) => notes.push(event),
      signal: new AbortController().signal,
    }))!
  try {
    for (let tries = 0; tries < 100; tries++) {
      if (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) break
      await sleep(50)
    }
    await use({ dir, notes, open })
  } finally {
    nginx.kill('SIGTERM')
    await nginx
    await rm(dir, { recursive: true, force: true })
  }
}

test.skipIf(withoutNginx)('nginx with dav is a store (skipped without nginx-light)', () =>
  served(async ({ dir, notes, open }) => {
    const files = [1, 2, 3, 4].map((nth) => join(dir, `file${nth}`))
    for (const [nth, file] of files.entries()) writeFileSync(file, Buffer.alloc(5_000_000, nth))
    expect(await Promise.all(files.map(async (file) => (await open()).put('bundle', 'k', file)))).toEqual(
      files.map(() => true),
    )
    const got = await (await open()).get('bundle', 'k', join(dir, 'got'))
    expect(files.some((file) => readFileSync(file).equals(readFileSync(join(dir, 'got'))))).toBe(true)
    expect(notes).toEqual([])
    truncateSync(join(dir, 'root/blobs', got!.sha256), 99)
    const mender = await open()
    expect(await mender.get('bundle', 'k', join(dir, 'got'))).toBeUndefined()
    expect(mender.notes).toEqual([expect.stringContaining('it has 99 of 5000000 bytes')])
    expect(await mender.put('bundle', 'k', files[0]!)).toBe(true)
    expect(await (await open()).get('bundle', 'k', join(dir, 'got'))).toBeDefined()
    const readonly = await open('readonly')
    expect(await readonly.put('bundle', 'k', files[0]!)).toBe(false)
    expect(readonly.notes).toEqual([expect.stringMatching(/it takes no uploads \(HTTP 403\)$/)])
  }),
)

test.skipIf(withoutNginx)('a bundle goes through nginx and comes back whole (skipped without nginx-light)', () =>
  served(async ({ dir, notes, open }) => {
    const made = aMade('after')
    const key = keyOfMade(made)
    const parts = partsOf('after')
    const ballast = { path: 'modules/large.ko', data: randomBytes(20_000_000) }
    const own = { path: FILE.made, data: Buffer.from(jsonOf(made)) }
    const { bytes, sha256 } = await packParts(parts, [...bundleFiles(parts), ballast, own])
    writeFileSync(join(dir, 'file'), bytes)
    const writer = await open()
    expect(await writer.lacks('bundle', key)).toBe(true)
    expect(await writer.put('bundle', key, join(dir, 'file'))).toBe(true)
    const bundle = await fetchBundle(await open(), made, join(dir, 'got'))
    expect(bundle?.sha256).toBe(sha256)
    expect(await (await open()).lacks('bundle', key)).toBe(false)
    expect(notes).toEqual([])
    const blob = join(dir, 'root/blobs', sha256)
    const damaged = readFileSync(blob)
    damaged[1_000_000]! ^= 1
    writeFileSync(blob, damaged)
    const reader = await open()
    expect(await fetchBundle(reader, made, join(dir, 'got2'))).toBeUndefined()
    expect(reader.notes).toEqual([expect.stringContaining('the sha256 of its file is')])
    expect(await reader.put('bundle', key, join(dir, 'file'))).toBe(true)
    expect(await fetchBundle(await open(), made, join(dir, 'got3'))).toBeDefined()
  }),
)
