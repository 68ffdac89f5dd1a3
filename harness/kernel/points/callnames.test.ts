// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest'
import { isLock, isMachinery } from './callnames.ts'

test.each([
  '__asan_load8',
  '__kasan_check_write',
  '__fentry__',
  '__stack_chk_fail',
  '_printk',
  '__warn_printk',
  'dump_page',
  'rcu_read_lock_held',
  'lockdep_assert',
  'memset',
  '__memcpy',
  'memcpy',
  '__list_add_valid_or_report',
  'preempt_schedule_thunk',
  'preempt_count_add',
  '__might_resched',
  '__count_memcg_events',
  'dec_zone_page_state',
  'queued_spin_lock_slowpath',
  '__x86_return_thunk',
])('%s is machinery', (name) => expect(isMachinery(name)).toBe(true))

test.each([
  'zs_free',
  'memcg_list_lru_alloc',
  'list_lru_add',
  '__xa_cmpxchg',
  'kmem_cache_free',
  'swap_writepage',
  'strange_function',
  'mem_cgroup_iter',
])('%s is the kernel’s own work', (name) => expect(isMachinery(name)).toBe(false))

test.each([
  'spin_lock',
  'read_unlock',
  'write_lock_irqsave',
  'mutex_lock_nested',
  'mutex_trylock',
  'migrate_read_lock',
  'folio_lock',
  '__folio_lock',
  'lock_page',
  'down_read',
  'up_write',
  'zram_slot_lock',
  'xa_lock_irq',
  'obj_class_get_and_lock',
  'lock_zspage',
])('%s is a lock', (name) => expect(isLock(name)).toBe(true))

test.each([
  'rcu_read_lock',
  'lock_acquire',
  'lockdep_init',
  'do_raw_spin_lock',
  'queued_spin_lock',
  'block_write',
  'unlocked_ioctl',
  'download',
  'cleanup_read',
])('%s is none', (name) => expect(isLock(name)).toBe(false))
