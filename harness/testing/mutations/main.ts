// SPDX-License-Identifier: MIT
import { describe, type MutationName, mutateAll, mutations, SEED } from './campaign.ts'
import { wholeLogs } from './logs.ts'

/** Prints every violation, by kind of mutation: `npm run -s corpus:mutations`. */
const logs = wholeLogs()
process.stdout.write(`seed ${SEED}, ${logs.length} logs\n`)
for (const kind of Object.keys(mutations) as MutationName[]) {
  const { count, violations, undecidable } = mutateAll(kind, logs)
  const wrong = `${violations.length + undecidable.length} wrong, ${undecidable.length} of them undecidable by the text`
  process.stdout.write(`\n## ${kind}: ${count} mutations, ${wrong}\n${describe(violations)}\n`)
}
