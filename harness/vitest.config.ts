// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const tier = (name: string, include: string[], timeoutMs: number, exclude: string[] = []) => ({
  test: { name, root: import.meta.dirname, include, exclude, testTimeout: timeoutMs, hookTimeout: timeoutMs },
})

// Not in the tiers that really build and boot: these have to wait for others.
const ownLocks = join(import.meta.dirname, 'testing/own-locks.ts')

const fake = ['**/*.fake.test.ts']
// What a file mocks of node stays mocked for the files that share its process: such a file gets one of its own.
const mocking = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
  (name) =>
    name.endsWith('.fake.test.ts') && /\bvi\.mock\('node:/.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
)
const kernel = ['**/*.kernel.test.ts']
const long = ['**/*.long.test.ts']
const faults = ['**/*.faults.test.ts']

/** Tiers: pure functions, real processes without a kernel, faults and hostile inputs, real builds and boots, and long ones. */
export default defineConfig({
  test: {
    // By default one CPU is left free, which on two of them takes half. One more: many tests wait for processes and clocks.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // Pure functions need no process and no modules of their own, and mock none: half of their time is saved.
      {
        test: {
          ...tier('unit', ['**/*.test.ts'], 10_000, [...fake, ...kernel, ...long, ...faults]).test,
          isolate: false,
        },
      },
      // Half of their time went into loading the same modules for each file. Tests may leave nothing open or changed.
      {
        test: {
          ...tier('fake', fake, 60_000, mocking).test,
          isolate: false,
          setupFiles: [join(import.meta.dirname, 'testing/own-modules.ts'), ownLocks],
        },
      },
      { test: { ...tier('fake-mocking', mocking, 60_000).test, setupFiles: [ownLocks] } },
      // The tests of the first tier once more, with every try that they save there: `testing/often.ts`.
      {
        test: {
          ...tier('full', ['**/*.test.ts'], 1_800_000, [...fake, ...kernel, ...long, ...faults]).test,
          env: { ZSHARNESS_FULL: '1' },
          isolate: false,
          fileParallelism: false,
        },
      },
      {
        test: {
          ...tier('full-fake', fake, 1_800_000, mocking).test,
          env: { ZSHARNESS_FULL: '1' },
          isolate: false,
          setupFiles: [join(import.meta.dirname, 'testing/own-modules.ts'), ownLocks],
          fileParallelism: false,
        },
      },
      { test: { ...tier('kernel', kernel, 3_600_000).test, fileParallelism: false } },
      // With the tests that a push leaves out.
      {
        test: { ...tier('full-kernel', kernel, 3_600_000).test, env: { ZSHARNESS_FULL: '1' }, fileParallelism: false },
      },
      { test: { ...tier('faults', faults, 3_600_000).test, setupFiles: [ownLocks], fileParallelism: false } },
      { test: { ...tier('long', long, 3 * 3_600_000).test, fileParallelism: false } },
    ],
  },
})
