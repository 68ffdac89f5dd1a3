// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config'

const tier = (name: string, include: string[], timeoutMs: number, exclude: string[] = []) => ({
  test: { name, root: import.meta.dirname, include, exclude, testTimeout: timeoutMs, hookTimeout: timeoutMs },
})

const fake = ['**/*.fake.test.ts']
const kernel = ['**/*.kernel.test.ts']

/** Three tiers: pure functions, real processes without a kernel, real builds and boots. */
export default defineConfig({
  test: {
    projects: [
      tier('unit', ['**/*.test.ts'], 10_000, [...fake, ...kernel]),
      tier('fake', fake, 60_000),
      { test: { ...tier('kernel', kernel, 3_600_000).test, fileParallelism: false } },
    ],
  },
})
