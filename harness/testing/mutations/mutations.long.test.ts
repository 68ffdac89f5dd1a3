// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { describe, type MutationName, mutateAll, mutations, SEED } from './campaign.ts'
import { KNOWN } from './known.ts'
import { wholeLogs } from './logs.ts'

const logs = wholeLogs()

test.each(Object.keys(mutations) as MutationName[])('%s: all mutations of every log of the corpus', (kind) => {
  const { count, violations, undecidable } = mutateAll(kind, logs)
  process.stdout.write(
    `${kind}: ${count} mutations of ${logs.length} logs, seed ${SEED}: ${violations.length} violations, ${undecidable.length} undecidable\n`,
  )
  expect(violations.length, describe(violations)).toBeLessThanOrEqual(KNOWN[kind] * count)
  expect(violations.filter(({ rule }) => rule === 'throws')).toEqual([])
})
