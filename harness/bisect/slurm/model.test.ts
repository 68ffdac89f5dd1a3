// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { parseJournal } from '../journal/journal.ts'
import type { StartRecord } from '../journal/records.ts'
import { startKey } from './model.ts'

// In the order in which `begin` and git name the fields, and with one that is not set.
const commit = { id: 'c', parents: ['p'], author: 'a', date: 'd', subject: 's' }
const start: StartRecord = {
  ...{ t: 'start', version: 1, at: 'now', command: ['zsharness'], repo: '/r', tree: 'git:/r#main' },
  ends: { bad: 'c', good: ['p'], bases: [] },
  ...{ endCommits: [commit], commits: [commit], paths: [], carry: [] },
  settings: { proofHits: 1, confidence: 0.9, maxEndRuns: 1, maxRuns: 1, always: 1 },
  ...{ symptom: null, plan: { timeoutS: 1, command: 'x', by: 'script' }, seed: '1', proof: true },
  submit: {
    slurm: { sbatchArgs: [], partition: undefined },
    ...{ engine: 'slurm', program: ['z'], atOnce: 1, dir: '/d', cpus: 1, memoryMiB: 1 },
  },
}

test('a node that reads the journal finds the key of the process that wrote it', () => {
  const [read] = parseJournal(Buffer.from(`${JSON.stringify(start)}\n`)).records
  expect(startKey(read as StartRecord)).toBe(startKey(start))
  expect(startKey({ ...start, seed: '2' })).not.toBe(startKey(start))
})
