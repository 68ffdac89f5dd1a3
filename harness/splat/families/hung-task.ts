// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of khungtaskd: a task that sleeps for too long. */
export const hungTask: Family = {
  name: 'hung-task',
  kinds: { blocked: 'a task slept uninterruptibly for too long', 'cant-die': 'a killed task does not end' },
  heads: [
    {
      word: 'blocked ',
      re: /^INFO: task (.{0,64}):(\d{1,10}) (?:<[^>]{0,64}> )?blocked (?:in \S.{0,64} )?for more than \d+(?: seconds|$)/,
      kind: 'blocked',
      title: 'INFO: task hung in {fn}',
      blame: 'hang',
      everyone: true,
    },
    // The rest of the line when the task's name, of up to 15 bytes, holds a newline.
    {
      word: 'blocked ',
      re: /^(.{0,14}):(\d+) (?:<[^>]{0,64}> )?blocked (?:in \S.{0,64} )?for more than \d+ seconds\.$/,
      kind: 'blocked',
      title: 'INFO: task hung in {fn}',
      blame: 'hang',
      everyone: true,
      weak: true,
    },
    {
      word: "can't die for",
      re: /^INFO: task (.{0,64}):(\d{1,10}) can't die for more than \d+(?: seconds|$)/,
      kind: 'cant-die',
      title: "INFO: task can't die in {fn}",
      blame: 'hang',
      everyone: true,
    },
  ],
  patience: 40,
}
