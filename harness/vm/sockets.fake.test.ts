// SPDX-License-Identifier: MIT
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { inTempDir } from '../lib/files/temp.ts'
import { HostError } from '../model/errors.ts'
import { requireSocketRoom } from './machine.ts'
import { listenOnce } from './sockets.ts'

afterEach(() => vi.unstubAllEnvs())

test('a path of 107 bytes connects; one byte more is an error that names TMPDIR', () =>
  inTempDir('sockets', async (dir) => {
    const path = join(dir, 'x'.repeat(107 - dir.length - 1))
    let connections = 0
    await using _listener = await listenOnce(path, () => (connections += 1))
    const client = connect(path)
    await vi.waitFor(() => expect(connections).toBe(1))
    client.destroy()
    const error = await listenOnce(`${path}x`, () => undefined).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HostError)
    expect(error).toMatchObject({ hint: expect.stringContaining('TMPDIR') })
  }))

test('a TMPDIR that leaves no room for the sockets is an error before anything is built', () => {
  vi.stubEnv('TMPDIR', '/tmp')
  expect(requireSocketRoom).not.toThrow()
  vi.stubEnv('TMPDIR', `/tmp/${'x'.repeat(80)}`)
  expect(requireSocketRoom).toThrow('the path of a Unix socket holds only 107')
})
