// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'

// Up to 4.9 the checks are in the functions themselves.
const kindOfCheck = (names: readonly string[]): string | undefined => {
  const check = names.find((name) => /^__list_(?:add|del)(?:_entry)?(?:_valid\w*)?$/.test(name))
  return check === undefined ? undefined : check.startsWith('__list_add') ? 'add' : 'del'
}

/** Reports of lib/list_debug.c and lib/plist.c. */
export const list: Family = {
  name: 'list',
  kinds: {
    add: 'list_add() found broken links',
    del: 'list_del() found broken links',
    plist: 'a priority list is broken',
    corruption: 'broken links, and the line that says which was lost',
  },
  heads: [
    {
      word: 'list_add corruption',
      re: /^(?:slub: |list_debug: )?list_add corruption/,
      kind: 'add',
      title: 'BUG: corrupted list in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'list_add double add',
      re: /^(?:list_debug: )?list_add double add/,
      kind: 'add',
      title: 'BUG: corrupted list in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    {
      word: 'list_del corruption',
      re: /^(?:list_debug: )?list_del corruption/,
      kind: 'del',
      title: 'BUG: corrupted list in {fn}',
      layer: 'cause',
      blame: 'trap',
    },
    // Without the line that says what is wrong with the list.
    {
      word: 'lib/list_debug.c',
      re: /^(?:kernel BUG at |WARNING: (?:.* )?)lib\/list_debug\.c:\d+/,
      kind: 'corruption',
      kindOfStack: kindOfCheck,
      title: 'BUG: corrupted list in {fn}',
      blame: 'trap',
    },
    {
      word: 'lib/plist.c',
      re: /^WARNING: .*\blib\/plist\.c:\d+/,
      kind: 'plist',
      title: 'BUG: corrupted list in {fn}',
      blame: 'trap',
    },
    {
      word: 'lib/plist.c',
      re: /^kernel BUG at lib\/plist\.c:\d+/,
      kind: 'plist',
      title: 'BUG: corrupted list in {fn}',
      blame: 'trap',
    },
  ],
}
