// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Kills of the OOM killer. */
export const oom: Family = {
  name: 'oom',
  kinds: { kill: 'the OOM killer killed a process', memcg: "a control group's limit killed a process" },
  heads: [
    {
      word: 'Out of memory',
      re: /^Out of memory(?: \(oom_kill_allocating_task\))?: Kill(?:ed)? process \d+/,
      kind: 'kill',
      title: 'out of memory: Killed process',
      layer: 'cause',
      bare: true,
      blame: 'none',
    },
    {
      word: 'cgroup out of memory',
      re: /^Memory cgroup out of memory: Kill(?:ed)? process \d+/,
      kind: 'memcg',
      title: 'out of memory: Killed process in control group',
      layer: 'cause',
      bare: true,
      blame: 'none',
    },
    {
      word: 'oom-killer',
      re: /^\S.* invoked oom-killer: gfp_mask=/,
      kind: 'kill',
      title: 'out of memory: Killed process',
      bare: true,
      blame: 'none',
    },
  ],
  patience: 2000,
}
