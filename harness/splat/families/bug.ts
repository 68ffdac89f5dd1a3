// SPDX-License-Identifier: MIT
import type { Family } from '../family.ts'
import { normalizeText } from '../parse/title.ts'

/** Reports that start with `BUG:` and have no family of their own. */
export const bug: Family = {
  name: 'bug',
  kinds: {
    'bad-page-state': 'page freed or allocated with impossible flags',
    'bad-page-map': 'page table entry that maps no sane page',
    'bad-rss': 'memory counters of a dead process are not zero',
    'scheduling-atomic': 'schedule() in atomic context',
    sleeping: 'function that may sleep called where sleeping is forbidden',
    preemptible: 'per-CPU data used with preemption on',
    spinlock: 'spinlock or rwlock misused or corrupted',
    'stack-end': 'stack end magic overwritten',
    'busy-inodes': 'file system unmounted with inodes or dentries in use',
    netdev: 'network device whose references never go away',
    other: 'any other BUG:',
  },
  heads: [
    {
      word: 'Bad page state',
      re: /^BUG: Bad page state in process/,
      kind: 'bad-page-state',
      title: 'BUG: Bad page state in {fn}',
    },
    {
      word: 'Bad page ',
      re: /^BUG: Bad (?:page map|page cache|swap (?:file )?entry)/,
      kind: 'bad-page-map',
      title: 'BUG: Bad page map in {fn}',
    },
    {
      word: 'Bad page ',
      re: /^(?:[\w-]+: )?[Bb]ad (?:page table|pgd|p4d|pud|pmd) /,
      kind: 'bad-page-map',
      title: 'BUG: Bad page table',
      weak: true,
    },
    {
      word: 'Bad rss-counter',
      re: /^BUG: Bad rss-counter state/,
      kind: 'bad-rss',
      title: 'BUG: Bad rss-counter state',
      bare: true,
      blame: 'none',
    },
    {
      word: 'pgtables_bytes',
      re: /^BUG: non-zero (?:pgtables_bytes|nr_p[tm]ds) on freeing mm/,
      kind: 'bad-rss',
      title: 'BUG: non-zero pgtables_bytes on freeing mm',
      bare: true,
      blame: 'none',
    },
    {
      word: 'while atomic',
      re: /^(?:[\w ]*)?BUG: (?:atomic )?scheduling while atomic/,
      kind: 'scheduling-atomic',
      title: 'BUG: scheduling while atomic in {fn}',
    },
    {
      word: 'sleeping function',
      re: /^BUG: sleeping function called from invalid context/,
      kind: 'sleeping',
      title: 'BUG: sleeping function called from invalid context in {fn}',
    },
    {
      word: 'assuming ',
      re: /^BUG: assuming (?:non)?(?:migratable|atomic) context/,
      kind: 'sleeping',
      title: 'BUG: assuming atomic context in {fn}',
    },
    {
      word: 'in preemptible',
      re: /^BUG: using (\w+(?:\(\))?)(?: \+\S+)? in preemptible/,
      kind: 'preemptible',
      title: (m) => `BUG: using ${(m[1] ?? '').replace('()', '')}() in preemptible code in {fn}`,
    },
    {
      word: 'BUG: spinlock',
      re: /^BUG: spinlock (bad magic|lockup suspected|recursion|wrong owner|wrong CPU|already unlocked|cpu recursion|trylock failure on UP|uninitialized)/,
      kind: 'spinlock',
      title: 'BUG: spinlock {1} in {fn}',
    },
    {
      word: 'BUG: rwlock',
      re: /^BUG: (?:rwlock|write-lock|read-lock) (.*?) on CPU/,
      kind: 'spinlock',
      title: 'BUG: rwlock {1} in {fn}',
    },
    {
      word: 'Busy inodes',
      re: /^VFS: Busy inodes after unmount of/,
      kind: 'busy-inodes',
      title: 'VFS: Busy inodes after unmount',
      bare: true,
      blame: 'none',
    },
    {
      word: 'still in use',
      re: /^BUG: Dentry .* still in use/,
      kind: 'busy-inodes',
      title: 'BUG: Dentry still in use',
    },
    {
      word: 'unregister_netdevice',
      re: /^unregister_netdevice: waiting for \S+ to become free/,
      kind: 'netdev',
      title: 'unregister_netdevice: waiting for DEV to become free',
      bare: true,
      blame: 'none',
    },
    {
      word: 'corrupted stack end',
      re: /^BUG: .*corrupted stack end/,
      kind: 'stack-end',
      title: 'BUG: corrupted stack end in {fn}',
    },
    {
      word: 'BUG: ',
      re: /^BUG: (?!KASAN|KFENCE|KCSAN|KMSAN|soft lockup|workqueue|unable|Unable|kernel |memory leak|MAX_|key |(?:\w+ )?stack guard)(\S.*)/,
      kind: 'other',
      title: (m) => `BUG: ${normalizeText(m[1] ?? '')}`,
      weak: true,
    },
  ],
}
