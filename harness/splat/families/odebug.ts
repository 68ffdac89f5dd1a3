// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

/** Reports of debug objects, of lib/debugobjects.c. */
export const odebug: Family = {
  name: 'odebug',
  kinds: {
    lifecycle: 'object freed, initialised or used in the wrong state',
    stack: 'stack object that is not annotated as one, or the reverse',
  },
  heads: [
    {
      word: 'ODEBUG: ',
      re: /^ODEBUG: (?:free|init|activate|deactivate|destroy|assert_init|active_state|\w+) (?:active|inactive|not available|destroyed|initialized|none|not initialized)[\w ]*\(active state/,
      kind: 'lifecycle',
      title: 'WARNING: ODEBUG bug in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'ODEBUG: ',
      re: /^ODEBUG: object \S+ is (?:NOT )?on (?:the )?stack/,
      kind: 'stack',
      title: 'WARNING: ODEBUG bug in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
  ],
}
