// SPDX-License-Identifier: MIT

/** Source files whose functions work for their callers; a symbolised log names them. */
export const helperPaths: readonly RegExp[] = [
  /(?:\.\/)?include\//,
  /arch\/\w+\/(?:include|lib|entry)\//,
  /arch\/\w+\/kernel\/(?:traps|stacktrace|dumpstack|unwind_\w+|process|entry\w*|irq)\.[chS]/,
  /arch\/\w+\/mm\/fault\w*\.c/,
  // Single files of lib/ are helpers; its folders (zstd, kunit) and its tests are code of their own.
  /lib\/(?!test_|\w*_test\.|\w*kunit|objagg|dynamic_debug|lru_cache)\w+\.[chS]/,
  /lib\/(?:crypto|math|vdso)\//,
  /mm\/(?:kasan|kmsan|kfence)\//,
  /mm\/(?:slub|slab|slob|slab_common|slab_def|kmemleak|usercopy|maccess|mempool|dmapool|percpu|percpu-vm|util|debug|page_alloc|vmalloc|page_owner|list_lru)\.[ch]/,
  /kernel\/(?:locking|rcu|printk|kcsan|unwind)\//,
  /kernel\/(?:panic|softirq|workqueue|kthread|kcov|stacktrace|kallsyms|extable|smp|fork)\.[ch]/,
  /kernel\/time\/(?:timer|hrtimer|tick-\w+)\.[ch]/,
  /kernel\/sched\/(?:core|wait|wait_bit|completion|swait|idle)\.c/,
  /kernel\/entry\//,
  /security\/security\.c/,
]
