// SPDX-License-Identifier: MIT
import type { Family, Head } from '../family.ts'

const TITLE = 'INFO: rcu detected stall in {fn}'
const common = { title: TITLE, blame: 'stall', everyone: true } satisfies Partial<Head>

export const rcuStall: Family = {
  name: 'rcu-stall',
  kinds: {
    self: 'a CPU found that it holds up RCU itself',
    detected: 'a CPU found that others hold up RCU',
    expedited: 'an expedited grace period is held up',
    tasks: 'a tasks-RCU grace period is held up',
  },
  heads: [
    { word: 'self-detected', re: /^(?:rcu: )?INFO: \w+ self-detected stall on CPU/, kind: 'self', ...common },
    {
      word: 'expedited stalls',
      re: /^(?:rcu: )?INFO: \w+ detected expedited stalls on(?: CPUs|$)/,
      kind: 'expedited',
      ...common,
    },
    {
      word: 'detected stalls',
      re: /^(?:rcu: )?INFO: rcu_tasks\w* detected stalls on tasks/,
      kind: 'tasks',
      ...common,
      blame: 'blocked',
    },
    { word: 'detected stalls', re: /^(?:rcu: )?INFO: \w+ detected stalls on(?: CPUs|$)/, kind: 'detected', ...common },
  ],
  patience: 60,
}
