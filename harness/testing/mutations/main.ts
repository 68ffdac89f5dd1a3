// SPDX-License-Identifier: MIT
import { describe, type MutationName, mutateAll, mutations, SEED } from './campaign.ts'
import { wholeLogs } from './logs.ts'

/** Prints every violation, by kind of mutation: `npm run -s corpus:mutations`. */
const logs = wholeLogs()
process.stdout.write(`seed ${SEED}, ${logs.length} logs\n`)
for (const kind of Object.keys(mutations) as MutationName[]) {
  const { count, violations } = mutateAll(kind, logs)
  process.stdout.write(`\n## ${kind}: ${count} mutations, ${violations.length} violations\n${describe(violations)}\n`)
}
