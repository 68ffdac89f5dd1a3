// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { describe, type MutationName, mutateAll, mutations, SEED } from './campaign.ts'
import { wholeLogs } from './logs.ts'

const logs = wholeLogs()

test.each(Object.keys(mutations) as MutationName[])('%s: all mutations of every log of the corpus', (kind) => {
  const { count, violations } = mutateAll(kind, logs)
  process.stdout.write(
    `${kind}: ${count} mutations of ${logs.length} logs, seed ${SEED}: ${violations.length} violations\n`,
  )
  expect(violations, describe(violations)).toEqual([])
})
