// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'
import { workers } from './loops.ts'

/**
 * Functions that hand work to somebody else. What the innermost of them called is where the busy code was entered:
 * it stays the same while the innermost function changes from one report of a stall to the next.
 */
export const dispatchers: FunctionNames = [
  // System calls
  /do_syscall_\w+/,
  /do_(?:int80|fast)_syscall\w*/,
  /do_int80_\w+/,
  /entry_\w+/,
  /invoke_syscall\w*/,
  /el0_\w+/,
  /syscall_\w+/,
  /system_call\w*/,
  /ret_fast_syscall/,
  /do_trap_ecall_u/,
  /handle_sys\w*/,
  // What system calls of files and sockets call
  /_*vfs_(?:read|write|readv|writev|iter_read|iter_write|ioctl|fsync\w*|fallocate)/,
  /do_vfs_ioctl/,
  /k?sys_(?:read|write|ioctl|pread64|pwrite64)/,
  /new_sync_(?:read|write)/,
  /call_(?:read|write)_iter/,
  /do_iter_\w+/,
  /sock_(?:sendmsg|recvmsg|ioctl|do_ioctl|read_iter|write_iter|sendmsg_nosec|recvmsg_nosec)/,
  /_*sock_(?:sendmsg|recvmsg|release|close)/,
  /_{2,3}sys_\w+/,
  /_{4}sys_\w+/,
  /sys_(?:ioctl|p?(?:read|write)v?(?:64|2)?|splice|sendfile(?:64)?|sendmmsg|sendto|recvmsg|recvmmsg|recvfrom|connect|bind|accept4?|setsockopt|getsockopt|socketcall)/,
  /drm_ioctl(?:_kernel)?/,
  /(?:full|open)_proxy_\w+/,
  /proc_reg_\w+/,
  /kernfs_fop_\w+/,
  /sysfs_kf_\w+/,
  // Messages of netlink
  /_*netlink_(?:rcv_skb|sendmsg|unicast\w*|dump\w*)/,
  /genl_(?:rcv|rcv_msg|family_rcv_msg\w*|\w*dumpit)/,
  /rtnl_dump(?:it|_all)/,
  /(?:nf|rt)netlink_rcv\w*/,
  /_*fput|task_work_run/,
  // Faults and signals of a program
  /(?:asm_)?exc_page_fault/,
  /_*do_page_fault/,
  'do_mem_abort',
  /_*do_pgm_check|pgm_check_handler/,
  'do_dat_exception',
  'do_translation_fault',
  /exit_to_user_mode\w*/,
  'do_notify_resume',
  // Chains of notifiers
  /_*(?:raw_|blocking_|atomic_|srcu_)?notifier_call_chain\w*/,
  /_*call_netdevice_notifiers\w*/,
  // Work items, timers, softirqs
  ...workers,
  /_*run_timers?\w*/,
  /_*hrtimer_run_\w+/,
  /_*run_hrtimer/,
  /tasklet_\w*action\w*/,
  /_*do_softirq\w*/,
  'handle_softirqs',
  /_*napi_poll/,
  'net_rx_action',
  /_*netif_receive_skb\w*/,
  /rcu_do_batch/,
  /rcu_core\w*/,
  // Interrupts
  /_*handle_irq_event\w*/,
  /_*flush_smp_call_function\w*/,
  /generic_smp_call_function\w*/,
  // Start of the kernel, of CPUs and of modules
  'do_one_initcall',
  'cpu_startup_entry',
  /ret_from_\w+/,
]
