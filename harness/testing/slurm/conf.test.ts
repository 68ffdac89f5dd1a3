// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { type ClusterPlan, fromPage, pageLines, slurmConf } from './conf.ts'

const plan: ClusterPlan = {
  dir: '/d',
  host: 'h',
  user: 'u',
  controllerPort: 1,
  nodes: [{ name: 'n1', port: 2, features: ['kvm'] }],
}

test('a throw-away cluster has what the page of the administrator says', () => {
  // All else of the page names places of a lab, or times that a test cannot wait for.
  expect(fromPage(plan)).toEqual([
    'ClusterName=lab',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU_Memory',
    'ReturnToService=2',
    'MaxArraySize=1001',
    'MaxJobCount=10000',
  ])
})

test('no setting is there twice, and each is one that a lab has to set or that only a test needs', () => {
  const names = slurmConf(plan)
    .trimEnd()
    .split('\n')
    .map((line) => line.split('=')[0])
  expect(new Set(names).size).toBe(names.length)
  const page = new Set(pageLines().map((line) => line.split('=')[0]))
  expect(names.filter((name) => !page.has(name))).toEqual([
    ...['SlurmctldPort', 'SlurmdUser', 'SlurmctldPidFile', 'SlurmdPidFile', 'MailProg', 'SlurmdParameters'],
    ...['SchedulerParameters', 'MessageTimeout', 'TCPTimeout'],
  ])
})

test('a setting of a test replaces that of the page', () => {
  const text = slurmConf({ ...plan, more: ['MaxArraySize=10'] })
  expect(text.match(/^MaxArraySize=.*$/gm)).toEqual(['MaxArraySize=10'])
})

test('the nodes of the page have the features by which zsharness chooses', () => {
  const nodes = pageLines().filter((line) => line.startsWith('NodeName='))
  expect(nodes.map((line) => /Feature=(\S+)/.exec(line)?.[1])).toEqual(['x86_64,kvm', 'arm64'])
})
