// SPDX-License-Identifier: MIT
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { hasProgram } from '../lib/process/sh.ts'
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

test.skipIf(!(await hasProgram('nginx')))('nginx with dav is a store (skipped without nginx-light)', async () => {
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
  } finally {
    nginx.kill('SIGTERM')
    await nginx
    await rm(dir, { recursive: true, force: true })
  }
})
