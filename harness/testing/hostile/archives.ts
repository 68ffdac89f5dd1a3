// SPDX-License-Identifier: MIT
import { existsSync, lstatSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { parseTreeSpec } from '../../inputs/tree/spec.ts'
import { obtainTree } from '../../inputs/tree/tree.ts'
import { recordingContext } from '../fake-tree.ts'
import { unfolded } from '../stored.ts'
import type { Family, HostileCase } from './case.ts'
import { damaged } from './mutate.ts'
import { randomFrom } from './random.ts'

interface Entry {
  readonly name: string
  readonly type?: string
  readonly text?: string
  readonly link?: string
  /** What the header says, where it lies. */
  readonly size?: string
  readonly mode?: string
  readonly sum?: string
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`

/** A tar entry, byte by byte: a library would refuse to write these. */
const entry = ({ name, type = '0', text = '', link = '', size, mode = '0000644\0', sum }: Entry): Buffer => {
  const header = Buffer.alloc(512)
  header.write(name.slice(0, 100), 0)
  header.write(mode, 100)
  header.write('0000000\x000000000\0', 108)
  header.write(size ?? octal(Buffer.byteLength(text), 12), 124)
  header.write('00000000000\0        ', 136)
  header.write(type, 156)
  header.write(link.slice(0, 100), 157)
  header.write('ustar\x0000', 257)
  const total = header.reduce((all, byte) => all + byte, 0)
  header.write(sum ?? `${octal(total, 7)} `, 148)
  return Buffer.concat([header, Buffer.from(text), Buffer.alloc((512 - (Buffer.byteLength(text) % 512)) % 512)])
}

const END = Buffer.alloc(1024)
const MAKEFILE = 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 7\nEXTRAVERSION =\n'
const KERNEL: readonly Entry[] = [
  { name: 'linux/', type: '5', mode: '0000755\0' },
  { name: 'linux/Makefile', text: MAKEFILE },
  { name: 'linux/Kconfig', text: 'mainmenu "toy"\n' },
  { name: 'linux/mm/', type: '5', mode: '0000755\0' },
  { name: 'linux/mm/zsmalloc.c', text: 'int x;\n' },
]
const tar = (...more: readonly Entry[]): Buffer => Buffer.concat([...KERNEL, ...more].map(entry)).subarray(0)
const whole = (...more: readonly Entry[]): Buffer => Buffer.concat([tar(...more), END])
const pax = (text: string): Entry => ({
  name: 'pax',
  type: 'x',
  text: `${`${text.length + 4}`.length + text.length + 2} ${text}\n`,
})

const HAND: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['good', whole()],
  ['gzip', gzipSync(whole())],
  ['empty', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(10_240)],
  ['no end mark', tar()],
  ['a path above', whole({ name: '../evil', text: 'x' })],
  ['a path above, inside', whole({ name: 'linux/../../evil', text: 'x' })],
  ['an absolute path', whole({ name: '/tmp/zsharness-evil', text: 'x' })],
  ['a link above', whole({ name: 'linux/up', type: '2', link: '../../../..' })],
  [
    'a link above and a file through it',
    whole({ name: 'linux/up', type: '2', link: '../..' }, { name: 'linux/up/evil', text: 'x' }),
  ],
  [
    'an absolute link and a file through it',
    whole({ name: 'linux/tmp', type: '2', link: '/tmp' }, { name: 'linux/tmp/zsharness-evil', text: 'x' }),
  ],
  ['a hard link to /etc/passwd', whole({ name: 'linux/passwd', type: '1', link: '/etc/passwd' })],
  ['a hard link above', whole({ name: 'linux/passwd', type: '1', link: '../../../../etc/passwd' })],
  ['a hard link to itself', whole({ name: 'linux/self', type: '1', link: 'linux/self' })],
  ['a link to /dev/zero as the Makefile', whole({ name: 'linux/Makefile', type: '2', link: '/dev/zero' })],
  ['a character device', whole({ name: 'linux/dev', type: '3' })],
  ['a pipe', whole({ name: 'linux/pipe', type: '6' })],
  ['an unknown type', whole({ name: 'linux/odd', type: 'Z', text: 'x' })],
  ['a set-uid file', whole({ name: 'linux/suid', text: 'x', mode: '0006755\0' })],
  ['a file over a folder', whole({ name: 'linux/mm', text: 'x' })],
  ['a folder over a file', whole({ name: 'linux/Makefile/', type: '5' })],
  ['a huge size', Buffer.concat([tar(), entry({ name: 'linux/big', size: '77777777777\0' }), END])],
  ['a negative size', Buffer.concat([tar(), entry({ name: 'linux/big', size: '-0000000001\0' }), END])],
  [
    'a base-256 size',
    Buffer.concat([tar(), entry({ name: 'linux/big', size: '\x80\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f' }), END]),
  ],
  ['a size that is no number', Buffer.concat([tar(), entry({ name: 'linux/big', size: 'abcdefghijk\0' }), END])],
  ['a wrong checksum', whole({ name: 'linux/x', text: 'x', sum: '0000000\0' })],
  ['a pax path above', whole(pax('path=../../evil'), { name: 'linux/x', text: 'x' })],
  ['a pax size', whole(pax('size=99999999999'), { name: 'linux/x', text: 'x' })],
  ['a pax link', whole(pax('linkpath=/etc/passwd'), { name: 'linux/x', type: '2', link: 'y' })],
  [
    'a pax header of a megabyte',
    whole({ name: 'pax', type: 'x', text: 'x'.repeat(1 << 20) }, { name: 'linux/x', text: 'x' }),
  ],
  [
    'a long name of GNU',
    whole({ name: '././@LongLink', type: 'L', text: `${'../'.repeat(2_000)}evil\0` }, { name: 'x', text: 'x' }),
  ],
  ['a name with escapes', whole({ name: 'linux/\u001b[31m\n::error::x', text: 'x' })],
  ['a name that is not UTF-8', whole({ name: 'linux/\udcff', text: 'x' })],
  ['2,000 entries', whole(...Array.from({ length: 2_000 }, (_, i) => ({ name: `linux/f${i}` })))],
  ['a deep path', whole({ name: `linux/${'d/'.repeat(45)}x`, text: 'x' })],
  ['two top folders', whole({ name: 'other/x', text: 'x' })],
  ['no kernel', Buffer.concat([entry({ name: 'a/x', text: 'x' }), END])],
  ['a cut gzip', gzipSync(whole()).subarray(0, 60)],
  ['a gzip of zeros', gzipSync(Buffer.alloc(8 << 20))],
  ['a gzip in a gzip', gzipSync(gzipSync(whole()))],
  ['an xz header alone', Buffer.from('fd377a585a000004e6d6b446', 'hex')],
  ['bzip2', Buffer.from('425a6839314159265359', 'hex')],
  ['zip', Buffer.from('504b0304', 'hex')],
]

const escapes = (dir: string): string | undefined => {
  if (existsSync('/tmp/zsharness-evil')) return 'wrote /tmp/zsharness-evil'
  const odd = readdirSync(dir).find((name) => !['x.tar', 'cache'].includes(name))
  return odd === undefined ? undefined : `wrote ${odd}`
}

const hostile = (name: string, bytes: Buffer): HostileCase => ({
  family: 'archives',
  name,
  place: 'x.tar',
  read: async (dir) => {
    writeFileSync(join(dir, 'x.tar'), bytes)
    const options = { cache: join(dir, 'cache'), context: recordingContext() }
    try {
      await using tree = await unfolded(
        options.cache,
        await obtainTree(parseTreeSpec(`tar:${join(dir, 'x.tar')}`), options),
      )
      return lstatSync(join(tree.dir, 'Makefile')).isFile() ? escapes(dir) : 'took a Makefile that is no file'
    } catch (error) {
      const found = escapes(dir)
      if (found !== undefined) return found
      throw error
    }
  },
})

/** Tarballs. */
export const archiveCases: Family = (seed) => {
  const random = randomFrom(seed)
  const more = Array.from({ length: 25 }, (_, index) =>
    hostile(`mutation ${index}`, damaged(index % 2 === 0 ? whole() : gzipSync(whole()), random)),
  )
  return [...HAND.map(([name, bytes]) => hostile(name, bytes)), ...more]
}
