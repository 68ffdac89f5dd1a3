// SPDX-License-Identifier: MIT
import { appendFileSync, closeSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { HostError } from '../../model/errors.ts'
import { sha256Of } from './hash.ts'
import { lookAt } from './look.ts'

vi.mock('node:fs', { spy: true })

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'zsharness-look-'))
  await writeFile(join(dir, 'file'), '')
})
afterEach(async () => {
  vi.resetAllMocks()
  await rm(dir, { recursive: true, force: true })
})

/** Changes the file each time that its last byte was read, this often. */
const changeAfterReading = (times: number): void => {
  let left = times
  const close = vi.mocked(closeSync).getMockImplementation()
  vi.mocked(closeSync).mockImplementation((fd) => {
    close?.(fd)
    if (left-- > 0) appendFileSync(join(dir, 'file'), '!')
  })
}

test('a file that changes while it is read is read again', () => {
  changeAfterReading(2)
  expect(lookAt(dir, 'file')).toMatchObject({ kind: '-', hash: sha256Of('!!') })
})

test('a file that does not stop changing is the fault of the host', () => {
  changeAfterReading(1_000)
  expect(() => lookAt(dir, 'file')).toThrow(HostError)
  expect(() => lookAt(dir, 'file')).toThrow('file changes while it is read')
})
