// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import type { Fault } from '../fault.ts'
import type { Random } from '../random.ts'
import type { Site, World } from '../site.ts'
import { numbered } from './signals.ts'

const NAME = 'linux-6.1.192'
const ARCHIVE = `${NAME}.tar.xz`
const SUMS = 'sha256sums.asc'

/** What the server does to its answers; each may depend on how often it was asked. */
interface Behaviour {
  /** Bytes of the archive after which the connection breaks, by request. */
  readonly breakAt?: readonly number[]
  /** Waits this long after these bytes. */
  readonly stall?: { readonly at: number; readonly ms: number }
  readonly status?: number
  readonly alter?: (archive: Buffer) => Buffer
  readonly alterSums?: (sums: string) => string
  /** The archive is altered before it is summed: the mirror itself is damaged. */
  readonly summed?: boolean
}

interface Mirror {
  readonly url: string
  readonly close: () => Promise<void>
  /** From now on every answer is right. */
  readonly heal: () => void
}

const sendBody = async (response: ServerResponse, body: Buffer, start: number, behaviour: Behaviour, nth: number) => {
  const breakAt = behaviour.breakAt?.[nth]
  const { stall } = behaviour
  if (stall !== undefined && start <= stall.at) {
    response.write(body.subarray(start, stall.at))
    await sleep(stall.ms)
    response.end(body.subarray(stall.at))
  } else if (breakAt === undefined) response.end(body.subarray(start))
  else
    response.write(body.subarray(start, Math.max(start, breakAt)), () => void sleep(40).then(() => response.destroy()))
}

/** What a mirror serves. */
interface Shop {
  readonly archive: Buffer
  readonly sums: string
  readonly etag: string
  readonly behaviour: Behaviour
}

const answer = (request: IncomingMessage, response: ServerResponse, shop: Shop, nth: number): void => {
  const { archive, sums, etag, behaviour } = shop
  if (request.url?.endsWith(SUMS)) return void response.end(behaviour.alterSums?.(sums) ?? sums)
  if (behaviour.status !== undefined) return void response.writeHead(behaviour.status).end('no')
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const start = request.headers['if-range'] === etag && from < archive.length ? from : 0
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    'content-length': archive.length - start,
    ...(start > 0 ? { 'content-range': `bytes ${start}-${archive.length - 1}/${archive.length}` } : {}),
  })
  void sendBody(response, archive, start, behaviour, nth)
}

const sumOf = (bytes: Buffer): string => `${createHash('sha256').update(bytes).digest('hex')}  ${ARCHIVE}\n`

/** A mirror of kernel.org with one release, the toy tree. */
const serve = async (dir: string, behaviour: Behaviour): Promise<Mirror> => {
  const good = await readFile(join(dir, ARCHIVE))
  const archive = behaviour.alter?.(good) ?? good
  const sums = sumOf(behaviour.summed ? archive : good)
  let shop: Shop = { archive, sums, etag: archive === good ? '"good"' : '"altered"', behaviour }
  let asked = 0
  const server = createServer((request, response) =>
    answer(request, response, shop, request.url?.endsWith(SUMS) ? asked : asked++),
  )
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  const heal = (): void => {
    shop = { archive: good, sums: sumOf(good), etag: '"good"', behaviour: {} }
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close, heal }
}

/** Packs the toy tree as a release, with bytes that do not compress, so that there is something to break off. */
const pack = async ({ root, tree }: Site): Promise<string> => {
  const dir = join(root, 'mirror')
  await rm(dir, { recursive: true, force: true })
  await mkdir(dir)
  await cp(tree, join(dir, NAME), { recursive: true })
  const noise = Array.from({ length: 200 }, (_, n) => Math.sin(n + 1).toString(36)).join('')
  await writeFile(join(dir, NAME, 'mm/noise'), noise)
  await execa({ cwd: dir })`tar --sort=name --mtime=@1673392681 -cJf ${ARCHIVE} ${NAME}`
  return dir
}

let packed: Promise<string> | undefined

interface Download {
  readonly name: string
  readonly count: number
  readonly right: readonly string[]
  readonly why: string
  readonly behaviour: (random: Random) => Behaviour
}

const HOST = ['3 none', '3 interrupted']
// The archive has about 3,900 bytes.
const SIZE = 3_500
const flipBit = (random: Random) => (bytes: Buffer) => {
  const copy = Buffer.from(bytes)
  copy[random.between(0, copy.length)]! ^= 1 << random.between(0, 8)
  return copy
}

const DOWNLOADS: readonly Download[] = [
  {
    name: 'truncated',
    count: 3,
    right: HOST,
    why: 'it has another sha256',
    behaviour: (random) => ({ alter: (bytes) => bytes.subarray(0, random.between(1, bytes.length - 1)) }),
  },
  {
    name: 'truncated on the mirror, with its sum',
    count: 2,
    right: HOST,
    why: 'an archive without its end is no tree',
    behaviour: (random) => ({ alter: (bytes) => bytes.subarray(0, random.between(1, bytes.length - 1)), summed: true }),
  },
  {
    name: 'tampered',
    count: 3,
    right: HOST,
    why: 'it has another sha256',
    behaviour: (random) => ({ alter: flipBit(random) }),
  },
  {
    name: 'tampered on the mirror, with its sum',
    count: 1,
    right: HOST,
    why: 'xz sees a wrong check',
    behaviour: (random) => ({ alter: flipBit(random), summed: true }),
  },
  {
    name: 'with other sums',
    count: 2,
    right: HOST,
    why: 'it has another sha256',
    behaviour: (random) => ({ alterSums: (text) => `${random.between(0, 10)}${'f'.repeat(8)}${text.slice(9)}` }),
  },
  {
    name: 'broken off once or twice',
    count: 3,
    right: ['0 fixed'],
    why: 'it resumes',
    behaviour: (random) => ({
      breakAt: Array.from({ length: random.between(1, 3) }, (_, n) => random.between(n * 1_000, (n + 1) * 1_000)),
    }),
  },
  {
    name: 'broken off for good',
    count: 2,
    right: HOST,
    why: 'three attempts have failed',
    behaviour: (random) => ({ breakAt: Array.from({ length: 9 }, (_, n) => random.between(n * 100, (n + 1) * 100)) }),
  },
  {
    name: 'stalled for a while',
    count: 3,
    right: ['0 fixed'],
    why: 'it goes on within the limit',
    behaviour: (random) => ({ stall: { at: random.between(0, SIZE), ms: random.between(500, 4_000) } }),
  },
  {
    name: 'answered with an error',
    count: 2,
    right: [...HOST, '2 none'],
    why: 'a server that refuses says nothing about the kernel',
    behaviour: (random) => ({ status: random.pick([403, 404, 416, 429, 500, 503]) }),
  },
  {
    name: 'stalled for good',
    count: 1,
    right: HOST,
    why: 'nothing came for a minute, three times',
    behaviour: (random) => ({ stall: { at: random.between(0, SIZE), ms: 200_000 } }),
  },
]

/** Downloads that are truncated, tampered with, broken off or stalled. */
export const downloads = (seed: string): readonly Fault[] =>
  DOWNLOADS.flatMap(({ name, count, right, why, behaviour }) =>
    numbered(seed, count, `a download ${name}`, (random): Omit<Fault, 'name'> => {
      const mirrors = new Map<World, Mirror>()
      const faulty = behaviour(random)
      return {
        category: 'downloads',
        stock: 'empty',
        blame: 'host',
        right,
        why,
        prepare: async (world) => {
          packed ??= pack(world.site)
          mirrors.set(world, await serve(await packed, faulty))
          return { hit: true }
        },
        start: (world) => ({
          tree: '6.1.192',
          env: { ZSHARNESS_KERNEL_MIRROR: mirrors.get(world)!.url },
          limitMs: 240_000,
        }),
        repair: async (world) => mirrors.get(world)!.heal(),
        finish: async (world) => mirrors.get(world)!.close(),
      }
    }),
  )
