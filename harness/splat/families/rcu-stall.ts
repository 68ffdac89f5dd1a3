// SPDX-License-Identifier: MIT
import type { Family, Head } from '../family.ts'

const TITLE = 'INFO: rcu detected stall in {fn}'
const common = { title: TITLE, blame: 'stall', everyone: true } satisfies Partial<Head>

/** Stalls that RCU reports. */
export const rcuStall: Family = {
  name: 'rcu-stall',
  kinds: {
    self: 'a CPU detected that it stalls RCU itself',
    detected: 'a CPU detected that others stall RCU',
    expedited: 'an expedited grace period is stalled',
    tasks: 'a grace period of tasks RCU is stalled',
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
