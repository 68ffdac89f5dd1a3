// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { refuseBuildFlags } from './runbundle.ts'

const refuse = (flags: object) => () => refuseBuildFlags(flags, (flag) => Object.hasOwn(flags, flag))

test.each([
  { bundle: ['a'], runs: '5', lane: ['race'], duration: '30s', seed: '1', format: 'plain', results: 'r' },
  { bundle: ['a'], confidence: '0.9', expect: 'clean', baseline: 'run' },
  { bundle: ['a'], amplify: 'off' },
  { bundle: ['a'], amplify: false },
])('%j can be given with bundles', (flags) => expect(refuse(flags)).not.toThrow())

test.each([
  [{ tree: 'debian:6.12' }, '--tree'],
  [{ series: 'none' }, '--series'],
  [{ patch: ['x'] }, '--patch'],
  [{ extraPatch: ['x'] }, '--extra-patch'],
  [{ kconfig: ['x'] }, '--kconfig'],
  [{ config: ['zpool-on'] }, '--config'],
  [{ profile: 'plain' }, '--profile'],
  [{ arch: 'arm64' }, '--arch'],
  [{ leg: 'after' }, '--leg'],
  [{ param: ['x=1'] }, '--param'],
  [{ memory: '1024' }, '--memory'],
  [{ workload: ['x.c'] }, '--workload'],
  [{ hold: ['a until b'] }, '--hold'],
  [{ amplify: 'auto' }, '--amplify'],
  [{ watch: true }, '--watch'],
  [{ explore: 'on' }, '--explore'],
  [{ llvm: true }, '--llvm'],
])('%j cannot', (flags, name) =>
  expect(refuse({ bundle: ['a'], ...flags })).toThrow(`${name} cannot be given with --bundle`),
)

test('defaults are not given', () =>
  expect(() => refuseBuildFlags({ bundle: ['a'], tree: 'debian:6.1' }, (flag) => flag === 'bundle')).not.toThrow())
