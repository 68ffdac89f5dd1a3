// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { constraintFor } from './features.ts'

const node = (features: string, state = 'idle', responds = true) => ({
  ...{ state, responds },
  features: features === '' ? [] : features.split(','),
})

test.each<[string, readonly ReturnType<typeof node>[], string | undefined, string | undefined]>([
  ['no features', [node(''), node('')], undefined, undefined],
  ['features of others', [node('gpu'), node('x86_64')], undefined, undefined],
  ['KVM on some', [node('kvm'), node('')], 'kvm', undefined],
  ['a node of each architecture', [node('x86_64,kvm'), node('arm64')], 'kvm', 'arm64'],
  ['arm64 alone', [node('arm64'), node('')], undefined, 'arm64'],
  ['KVM on some nodes of arm64', [node('arm64,kvm'), node('arm64')], undefined, 'arm64&kvm'],
  ['KVM on all nodes of arm64', [node('arm64,kvm'), node('arm64,kvm')], undefined, 'arm64'],
  ['KVM on both, told apart', [node('x86_64,kvm'), node('arm64,kvm')], 'x86_64&kvm', 'arm64'],
  ['KVM on both, not told apart', [node('kvm'), node('arm64,kvm')], undefined, 'arm64'],
  ['nodes that are down', [node('kvm', 'down'), node('arm64', 'drained'), node('')], undefined, undefined],
  ['a node that does not answer', [node('kvm', 'idle', false), node('')], undefined, undefined],
  ['a busy node', [node('kvm', 'allocated'), node('')], 'kvm', undefined],
  // It may come back while the jobs wait.
  ['a node of arm64 with KVM that is down', [node('kvm'), node('arm64,kvm', 'down')], undefined, undefined],
])('%s', (_, nodes, x86, arm) => {
  expect([constraintFor('x86_64', nodes), constraintFor('arm64', nodes)]).toEqual([x86, arm])
})
