// SPDX-License-Identifier: MIT
import type { LegResult } from '../../explore/result.ts'

/** The lines of an explorer, as it would print them. */
export const planLine = (names: readonly string[], threads = 2) => ({
  type: 'plan',
  scenarios: names.map((name) => ({ name, threads })),
  memory: 'sc',
  points: 'racy',
  seed: 1,
  shard: '0/1',
  models: ['slab: a model'],
})

export const scenarioLine = (name: string, bound: number | null, complete = true, exhausted = false) => ({
  type: 'scenario',
  name,
  threads: 2,
  bound,
  schedules: 10,
  states: 5,
  steps: 100,
  complete,
  exhausted,
  ms: 1.5,
})

export const endLine = (reason = 'complete') => ({ type: 'end', reason, schedules: 10, states: 5, ms: 2, cores: 1 })

export const failureLine = (scenario: string) => ({
  type: 'failure',
  scenario,
  bound: 1,
  nth: 30,
  schedule: '1:3 2:end',
  text: 'setup: store 1 size 100\nthread: shrink\nthread: free 1\n',
  symptom: { kind: 'null-dereference', text: 'read of 4 bytes at 0', thread: 1, address: '0', size: 4, stack: [] },
  model: false,
  steps: [
    { thread: 0, op: 'write', pc: null, stack: [], address: '0x1000', size: 8, object: 'handle 0' },
    { thread: 1, op: 'call', pc: null, stack: [], object: null, text: 'shrink' },
    { thread: 1, op: 'lock', pc: null, stack: [], address: '0x2000', size: 4, object: 'pool lock' },
    { thread: 1, op: 'read', pc: null, stack: [], address: '0x1000', size: 8, object: 'handle 0' },
    { thread: 1, op: 'read', pc: null, stack: [], address: '0x3000', size: 8, object: 'own' },
    { thread: 1, op: 'unlock', pc: null, stack: [], address: '0x2000', size: 4, object: 'pool lock' },
    // It stops at this one, which happens when it goes on.
    { thread: 1, op: 'read', pc: null, stack: [], address: '0x3000', size: 8, object: 'own' },
    { thread: 2, op: 'call', pc: null, stack: [], object: null, text: 'free 1' },
    { thread: 2, op: 'lock', pc: null, stack: [], address: '0x2000', size: 4, object: 'pool lock' },
    { thread: 2, op: 'write', pc: null, stack: [], address: '0x1004', size: 4, object: 'handle 0' },
    { thread: 2, op: 'unlock', pc: null, stack: [], address: '0x2000', size: 4, object: 'pool lock' },
    { thread: 1, op: 'read', pc: null, stack: [], address: '0', size: 4, object: null },
  ],
})

/** A leg that was searched, and did not fail. */
export const searchedLeg = (leg: LegResult['leg']): LegResult => ({
  leg,
  status: 'searched',
  reason: 'complete',
  objects: ['mm/zsmalloc.o'],
  models: [],
  frontier: 'complete up to 2 preemptions for 1 of 1 scenarios',
  reached: [{ name: 'a', threads: 2, complete: 2, schedules: 10, states: 5, ms: 1 }],
  schedules: 10,
  states: 5,
  failures: [],
  patchLines: leg === 'after' ? [{ file: 'mm/zsmalloc.c', lines: [{ line: 3, text: 'x = 1;', ran: true }] }] : null,
  unexplored: [],
  timings: { objectsMs: 1, explorerMs: 1, searchMs: 10, readMs: 1 },
  cached: false,
  makeArgv: ['make'],
})
