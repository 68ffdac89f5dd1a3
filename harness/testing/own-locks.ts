// SPDX-License-Identifier: MIT
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

// The fakes of a test must not wait for what is really built and booted on this host, nor for those of other tests.
const dir = mkdtempSync(join(tmpdir(), 'zsh-locks-'))
process.env.ZSHARNESS_LOCKS = dir
afterAll(() => rmSync(dir, { recursive: true, force: true }))
