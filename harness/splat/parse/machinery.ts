// SPDX-License-Identifier: MIT

// Functions that report, trap, allocate, lock or copy: never themselves to blame.
const DETECTORS = String.raw`
  _*(?:kasan|hwasan|asan|kmsan|msan|kcsan|tsan|ubsan|kfence|sanitizer)\w*|check_memory_region\w*|print_(?:address_description|report|usage_bug|circular_bug|deadlock_bug|irq_inversion_bug|bad_irq_dependency)\w*|
  print_\w*(?:bug|unlock|stack|trace)\w*|describe_(?:object|address)\w*|end_report|start_report|report_bug|fixup_bug|handle_bug|do_error_trap|do_trap\w*|do_invalid_op|exc_\w+|asm_exc_\w+|
  invalid_op|error_entry|general_protection|page_fault|double_fault|die|__die|die_\w+|oops_\w+|no_context|__bad_area\w*|bad_area\w*|__do_page_fault|do_page_fault|do_kern_addr_fault|do_user_addr_fault|
  do_translation_fault|do_mem_abort|do_alignment_fault|do_sea|do_debug_exception|do_undefinstr|brk_handler|call_break_hook|bug_handler|do_el1_\w+|
  el1\w*|el0\w*|arm64_notify_die|arm64_serror_panic|do_serror|is_valid_bugaddr|kernel_fault|page_fault_oops|kernelmode_fixup_or_oops|spurious_\w+fault|__do_kernel_fault|do_bad_area|die_kernel_fault|
  panic|panic_\w+|_?vpanic|nmi_panic|__?warn|__warn_printk|warn_slowpath_\w+|__report_bug|__WARN_\w+|show_stack\w*|_*dump_stack\w*|_*mte_\w+|enter_from_\w+|exit_to_\w+|dump_backtrace\w*|dump_trace|show_trace\w*|show_regs\w*|dump_page\w*|
  unwind_\w+|walk_stackframe|arch_stack_walk\w*|stack_trace_\w+|_*save_(?:stack|trace)\w*|stack_depot_\w+|set_track\w*|print_trailer|object_err|_*slab_err|slab_bug|slab_fix|check_(?:object|slab|bytes_and_report|heap_object|bogus_address|poison_obj|page_span|kernel_text_object)|
  (?:on_freelist|free_debug_processing|alloc_debug_processing|check_bytes_and_report|init_object|slab_pad_check|poison_error|list_slab_objects|free_partial|verify_redzone_\w+|cache_(?:alloc|free)_debugcheck_\w+)|
  nmi_(?:cpu_backtrace|trigger_cpumask_backtrace)\w*|arch_trigger_\w*backtrace\w*|trigger_\w*backtrace\w*|nmi_trigger_\w+|rcu_dump_cpu_stacks\w*|print_cpu_stall\w*|print_other_cpu_stall\w*|check_cpu_stall|rcu_check_callbacks|rcu_pending|rcu_sched_clock_irq|
  watchdog(?:_(?:timer_fn|overflow_callback|hardlockup_\w+|nmi\w*|buddy_\w+|fn))?|check_hung_\w+|hung_task_\w+|__might_(?:sleep|resched|fault)|___might_sleep|__schedule_bug|schedule_debug|check_preemption_disabled|debug_smp_processor_id|__this_cpu_preempt_check|bad_page|print_bad_pte|
  spin_dump|spin_bug|rwlock_bug|warn_alloc|dump_header|oom_kill_process|out_of_memory|kmemleak_\w+|__?bug|__kernel_bug|trace_hardirqs_\w+|trace_irq_\w+|trace_lock_\w+|_*trace(?:iter)?_(?:contention|kfree|kmalloc|kmem_cache)\w*|warn_bogus_irq_restore|df_debug|skb_panic|skb_(?:over|under)_panic|do_raw_\w+|debug_\w*lock\w*|
  instrument_\w+|perf_trace_\w+|trace_event_(?:raw|buffer|eval|reg)\w*|ftrace_(?:call|graph_\w+|caller\w*|regs_\w+|stub\w*|trampoline|bug|ops_\w+|epilogue)|__ubsan_\w+|val_to_string|handle_(?:overflow|misaligned_access|null_ptr_deref)|read_word_at_a_time|__stack_chk_fail|usercopy_(?:warn|abort)|report_usercopy|__check_(?:heap_object|object_size)|check_object_size|check_copy_size|check_bogus_address|__copy_overflow|copy_overflow|refcount_warn_saturate|do_tag_check_fault|check_slab_allocation|check_page_allocation|set_freepointer|get_freepointer\w*|maybe_wipe_obj_freeptr|fortify_panic|__fortify_\w+|
  __dabt_\w+|__pabt_\w+|__und_\w+|do_DataAbort|do_PrefetchAbort|ret_from_exception|handle_exception|pgm_check_\w+|__do_pgm_check|do_dat_exception|do_protection_exception|
  program_check_exception|_exception|_+bad_page_fault|handle_page_fault|data_access_common\w*|\w*async_page_fault|do_(?:general_protection|divide_error|double_fault|int3|stack_segment|nmi|alignment_check)|divide_error|stack_segment|int3|nmi|end_repeat_nmi|
  mm_fault_error|ex_handler_\w+|fixup_exception|idtentry_\w+|alignment_check|qlist_\w+|poison_slab_object|__die_body|do_interrupt_handler|call_on_irq_stack|check_canary\w*|get_stack_info\w*|write_comp_data|__write_overflow_field|nmi_enter|nmi_exit|quarantine_\w+|
  cfi_(?:check\w*|failure\w*|report\w*|slowpath\w*|handle\w*|module\w*|dispatch\w*)|__cfi_\w+|report_cfi_failure\w*|__ubsan_handle_cfi\w*|handle_cfi_failure\w*|should_fail\w*|fail_dump|lkdtm_do_nothing|__x86_(?:indirect|return)_\w+|srso_\w+|retbleed_\w+|its_(?:return|ret)_\w+|zen_untrain_ret|rust_helper_BUG|rust_begin_unwind|_R\w*(?:panicking|begin_unwind)\w*|__pv_queued_spin_lock_slowpath|kernel_text_address
`
const LOCKS = String.raw`
  rt_(?:spin|read|write|mutex)_\w+|owner_on_cpu|rwsem_owner\w*|  _*(?:raw_)?(?:spin|read|write|rw|queued_spin|native_queued_spin|pv_queued_spin|queued_read|queued_write|mcs_spin|arch_spin|ticket_spin)_?(?:try|un)?_?lock\w*|native_queued_\w+|_raw_\w+_lock\w*|__raw_callee_save\w*|
  _*(?:mutex|rt_mutex|rtmutex|ww_mutex|rwsem|percpu_(?:down|up)\w*|osq)_\w+|mutex\w*lock\w*|_*down(?:_(?:read|write|interruptible|killable|timeout|trylock))?(?:_\w+)?|_*up(?:_(?:read|write))?(?:_\w+)?|(?:ww_)?mutex_\w+|rwbase_\w+|
  lock_(?:acquire|release|is_held|downgrade|set_class|contended|acquired)\w*|__lock_(?:acquire|release)\w*|_*lockdep_\w+|validate_chain|check_(?:prev_add|prevs_add|noncircular|deadlock|irq_usage|usage\w*|wait_context|flags|chain_key|lock_dep\w*|redundant)|mark_(?:lock|usage|held_locks)\w*|register_lock_class|hlock_class|lockdep_init_map\w*|look_up_lock_class|assign_lock_key|reacquire_held_locks|find_held_lock|local_lock\w*|bit_spin_lock|
  seqcount_\w+|read_seq\w+|write_seq\w+|pv_wait_\w+|call_rwsem_\w+|rtlock_\w+|percpu_rwsem_\w+|rcu_lockdep_\w+|debug_mutex_\w+|rcu_(?:read_lock|read_unlock|lock_acquire|lock_release|note_context_switch|is_watching)\w*|__rcu_read_\w+|rcu_dereference\w*|lockref_\w+|task_(?:blocks_on_rt_mutex)|
  preempt_schedule\w*|preempt_count_\w+|local_bh_enable\w*|__local_bh_enable\w*
`
const MEMORY = String.raw`
  _*_?k(?:v?[mzc]?alloc|realloc|v?realloc|mdup)(?:_(?:node|trace|track_caller|array|order|large|slab|reserve|noprof|cache|index|type|lvl|n|nofail|objs?|flex|bulk))*|_*kv?free(?:_(?:const|sensitive|bulk|rcu|rcu_mightsleep|hook|link|call_rcu|rcu_cb))*|_*kzfree|_*k(?:mem|vmem|str|strn)dup(?:_\w+)?|k?v?asprintf\w*|kasprintf|(?:v)?memdup_\w+|strndup_user|strdup_user|_*kmem_(?:cache_(?:alloc|free|zalloc|destroy|shutdown|create|debug_free)|getpages|freepages|rcu_free)\w*|__kmem_\w+|kmalloc_fix_flags|__do_cache_alloc|vm_area_alloc_pages|kfree_rcu_\w+|mempool_k\w+|get_zeroed_page|bad_range|_*create_object|_*delete_object\w*|find_and_remove_object|
  _*do_kmalloc\w*|_*slab_error|_*call_rcu\w*|_*slab_(?:alloc|free|post_alloc|pre_alloc|out_of)\w*|_*do_slab_free\w*|___slab_alloc|___cache_free|__cache_free\w*|cache_(?:free|alloc|grow|from_obj|flusharray)\w*|do_kmem_cache_\w+|new_slab\w*|allocate_slab|discard_slab|__free_slab|(?:get|put|free)_partial\w*|__?memcg_slab_\w+|
  deactivate_slab|unfreeze_partials|flush_cpu_slab|free_to_partial_list|setup_object\w*|__pi_\w+|shutdown_cache|(?:__)?kvmalloc\w*|v(?:malloc|zalloc|free)\w*|__v(?:malloc|free|unmap)\w*|_*alloc_(?:frozen_)?pages?\w*|_*alloc_contig_\w+|alloc_slab_page|folio_alloc\w*|__folio_alloc\w*|_*get_free_pages?|_*free_pages?(?:_\w+)?|__free_one_page|free_unref_\w+|free_the_page|free_pcp_prepare|free_pages?_\w+|free_tail_page\w*|check_new_page\w*|check_free_page\w*|_*free_frozen_\w+|free_pcppages\w*|get_page_from_freelist|prep_new_page|post_alloc_hook|rmqueue\w*|free_page_and_\w+|__page_frag_cache_drain|page_frag_free|
  mempool_(?:alloc|free|kmalloc|alloc_slab)\w*|dma_pool_\w+|__alloc_skb|alloc_skb\w*|mm_alloc_\w+|
  _*mem(?:cpy|set|move|cmp|chr|dup|scan|zero)\w*|_*str(?:n?cpy|n?cmp|len|nlen|chr|rchr|str|lcpy|lcat|scpy|ncat|cat|n?casecmp|sep|spn|cspn|chrnul|nchr|im)\w*|sized_str\w+|bcmp|_*copy_(?:to|from|in)_(?:user|iter|kernel|sockptr|bpfptr|mc)\w*|_*copy_page_(?:to|from)_\w+|copy_mc_\w+|_*arch_copy_\w+|raw_copy_\w+|iterate_(?:and_advance|ubuf|iovec|bvec|kvec|folioq|xarray)\w*|simple_copy_to_iter|_inline_copy_\w+|_*copy_user_\w+|probe_(?:kernel|user)_\w+|copyin|copyout|memcpy_\w+|rep_movs\w*|rep_stos\w*|clear_page(?:_(?:erms|rep|orig|mte))?|clear_(?:user_)?highpage\w*|clear_huge_page\w*|_*(?:arch_)?clear_user\w*|copy_page(?:_mc|_rep|_regs)?|copy_(?:mc_)?(?:user_)?highpage\w*|_*(?:get|put)_user(?:_(?:[1248]|asm|fn|no\w+|size|err|never|ptr\w*|4byte|8byte))*|_*put_unaligned\w*|_*get_unaligned\w*|csum_partial\w*|_*crc(?:\d|_(?:ccitt|itu|t10dif))\w*|
  _*atomic(?:64|_long)?_(?:dec|inc|read|set|or|xor|and|add|sub|fetch|xchg|cmpxchg|try)\w*|arch_atomic\w*|raw_atomic\w*|_*refcount_\w+|kref_\w+|__?x?chg\w*|cmpxchg\w*|arch_(?:test|set|clear|static)_\w+|(?:__)?(?:test|set|clear|change)_(?:and_(?:set|clear|change)_)?bit\w*|_*test_bit|variable_test_bit|constant_test_bit|_*find_(?:first|next|last)_\w*bit\w*|_*bitmap_(?:set|clear|zero|fill|copy|and|andnot|or|xor|replace|equal|weight|empty|full|intersects|subset|complement|shift|gather|scatter|find|parse|print|alloc|zalloc|free|allocate_region|release_region|to_arr|from_arr|cut|remap|onto|fold)\w*|
  _*(?:read|write)_once\w*|__read_once_size\w*|__write_once_size|_*list_(?:add|del|move|splice|empty|replace|cut|rotate|for_each)\w*|___?list_\w+|_*hlist_\w+|_*rb_(?:insert\w*|erase\w*|next(?:_postorder)?|first\w*|last|link\w*|prev|replace_node\w*|rotate_\w+|add\w*|find\w*)|_*rb_\w+_augmented|interval_tree_\w+|plist_\w+|llist_\w+|klist_put|
  debug_(?:object|check_no_obj|check_no_locks|print_object|objects)\w*|__debug_\w+|debug_(?:init|activate|deactivate|(?:work|timer|hrtimer|rcu|percpu_counter)_\w+)|debug_assert_init|work_is_static_object|lookup_object\w*|object_is_on_stack|
  (?:native_|arch_|default_)?(?:safe_)?(?:halt|restore_fl|save_fl|irq_(?:enable|disable)|local_irq_\w+)|arch_local_\w+|paravirt_\w+|static_key_(?:false|true|count|enabled)|(?:_?compound|virt_to_head|virt_to)_(?:head|page|folio|slab|cache)\w*|virt_to_\w+|page_to_\w+|folio_to_\w+|skb_(?:put|push|pull)(?:_data|_zero|_u\w+)?|pskb_pull|__skb_(?:put|push|pull)|__?page_(?:ref|count)\w*|folio_ref_\w+|page_ref_\w+|stack_top|user_access_\w+|__uaccess_\w+
`
const DISPATCH = String.raw`
  asm_\w+|sysvec_\w+|__sysvec_\w+|irqentry_\w+|ret_from_\w+|retint_\w+|entry_\w+|__irq_\w+|smp_call_function\w*|csd_\w+|on_each_cpu\w*|generic_exec_single|flush_smp_\w+|__switch_to\w*|context_switch|__sched_text_start|cpu_relax|rep_nop|delay_\w+|__delay|__const_udelay|__udelay|__ndelay|udelay
`
// Generic helpers that work on an object of their caller's: the caller is to blame, unless nobody else is left.
const HELPERS = String.raw`
  (?:btrfs_)?assertfail|(?:xfs_)?assfail|string(?:_nocheck|_escape_mem)?|pointer|va_format|symbol_string|(?:v?s(?:c?n)?|sc?n)printf|v?printk\w*|_printk\w*|dev_v?printk\w*|_*dev_(?:emerg|alert|crit|err|warn|notice|info|printk)|__netdev_printk|netdev_(?:printk|emerg|alert|crit|err|warn|notice|info)|seq_v?printf|hex_dump_to_buffer|print_hex_dump\w*|hex_string|dentry_name|file_dentry_name|
  (?:try_to_)?del_timer(?:_sync)?|_*timer_(?:delete|shutdown|reduce)\w*|_*try_to_del_timer_sync|detach_(?:timer|if_pending)|_*(?:mod|add)_timer\w*|enqueue_(?:timer|hrtimer)|_*internal_add_timer|lock_(?:timer|hrtimer)_base\w*|timerqueue_(?:add|del)|_*hrtimer_(?:cancel|try_to_cancel|start_range_ns|active|init|forward)|_*remove_hrtimer|
  _*flush_(?:work|delayed_work|rcu_work|workqueue)|_*cancel_(?:work|delayed_work|rcu_work)\w*|try_to_grab_pending|work_grab_pending|start_flush_work|(?:drain|destroy)_workqueue|check_flush_dependency|queue_(?:work|delayed_work|rcu_work)(?:_on|_node)?|mod_delayed_work\w*|schedule_(?:work|delayed_work)(?:_on)?
`
// A registry's check that was told off: who registered is to blame.
const REGISTRIES: readonly (readonly [RegExp, RegExp])[] = [
  [/^kobject_/, /^(?:kobject|kset)_/],
  [/^_*proc_register$/, /^_*proc_(?:register|create|mkdir|symlink)/],
]

/** Functions that stand between the check of this name and whom it blames. */
export const registryOf = (named: string | undefined): RegExp | undefined =>
  named === undefined ? undefined : REGISTRIES.find(([check]) => check.test(named))?.[1]

const compile = (...lists: readonly string[]): RegExp =>
  new RegExp(`^(?:${lists.map((list) => list.replace(/\s+/g, '').replace(/\|$/, '')).join('|')})$`)

const ALWAYS = compile(DETECTORS, LOCKS, MEMORY, DISPATCH)
const HELPER = compile(HELPERS)
// Since 6.10 the allocators' own bodies are called so.
const NOPROF = /_noprof$/
// A sleeping task stands in the scheduler or in a primitive that waits; its caller is to blame.
const SLEEPING =
  /^_*(?:io_|preempt_)?schedule|wait|completion|synchronize|rwsem|_lock(?:_|$)|_slowlock|(?:^|_)down(?:_|$)|kthread_(?:stop|park|flush)|context_switch|__switch_to|nanosleep|msleep|usleep|rcu_barrier|(?:flush|cancel)_(?:delayed_)?work|flush_workqueue|drain_workqueue|percpu_ref_switch/
const LOOP =
  /^(?:process_(?:one_work|scheduled_works)|worker_thread|kthread\w*|call_timer_fn|expire_timers|__run_timers?|run_timer_(?:softirq|base)|__?hrtimer_run_queues|__run_hrtimer|hrtimer_(?:interrupt|run_softirq)|_*do_softirq\w*|handle_softirqs|invoke_softirq|_*irq_exit\w*|run_ksoftirqd|smpboot_thread_fn|tasklet_\w+|rcu_(?:core|do_batch|process_callbacks)\w*|do_syscall_\w+|__?x64_sys_\w+|el0_svc\w*|invoke_syscall|do_one_initcall)$/
const SCHEDULER = /^(?:_*schedule(?:_timeout\w*|_idle)?|__sched\w*|io_schedule\w*)$/
// The grace-period kthread is the one that waits, not the one that stalls.
const IDLE =
  /^(?:rcu_gp_(?:kthread|fqs_loop)|(?:acpi_)?(?:safe_)?(?:native_)?(?:default|cpu|arch|amd_e400|mwait|poll|intel|acpi|psci)\w*_?idle\w*|do_idle|cpu_startup_entry|default_idle_call|native_safe_halt|pv_native_safe_halt|cpuidle_\w+|cpu_do_idle|arch_cpu_idle\w*|acpi_processor_ffh\w*|mwait_idle\w*|rest_init|start_secondary\w*|secondary_start\w*|start_kernel)$/

/** True for functions that only detect, allocate, lock, copy or trap. */
export const isMachinery = (name: string): boolean => ALWAYS.test(name.replace(NOPROF, '')) || SCHEDULER.test(name)

/** True for machinery, and for what works on its caller's object: timers, work items, printing. */
export const isHelper = (name: string): boolean => HELPER.test(name) || isMachinery(name)

/** True for loops that run the work of others: whoever called them has no part in it. */
export const isLoop = (name: string): boolean => LOOP.test(name)

/** True for functions in which a task waits. */
export const isSleep = (name: string): boolean => SLEEPING.test(name) || ALWAYS.test(name)

/** True for functions of a CPU that has nothing to do. */
export const isIdle = (name: string): boolean => IDLE.test(name)
