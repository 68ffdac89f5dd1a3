// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'
import { afterAll, expect, vi } from 'vitest'

// The files of the fake tier share their processes, and the modules that these have loaded. A file that mocks modules, or
// changes where programs are found, loads all of them anew, and so does the file after it: modules remember what they found.
if (/\bvi\.mock\(|\bPATH\b/.test(readFileSync(expect.getState().testPath!, 'utf8'))) {
  vi.resetModules()
  afterAll(() => void vi.resetModules())
}
