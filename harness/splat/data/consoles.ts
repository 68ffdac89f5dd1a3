// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Functions that format text, print it, and drive the console. */
export const printing: FunctionNames = [
  // Formatting
  'string',
  'string_nocheck',
  'string_escape_mem',
  'pointer',
  'va_format',
  'format_decode',
  'number',
  'symbol_string',
  'hex_string',
  'dentry_name',
  'file_dentry_name',
  'widen_string',
  /v?s(?:c?n)?printf/,
  'hex_dump_to_buffer',
  /print_hex_dump\w*/,
  /seq_v?printf/,
  // printk
  /v?printk\w*/,
  /_printk\w*/,
  /vprintk\w*/,
  /log_store\w*/,
  /prb_\w+/,
  /_*wake_up_klogd/,
  'devkmsg_emit',
  // Consoles
  /console_unlock\w*/,
  /console_trylock\w*/,
  /console_flush\w*/,
  /console_emit_next_record\w*/,
  /_*console_flush_and_unlock/,
  /_*console_lock_spinning\w*/,
  /call_console_drivers\w*/,
  /nbcon_\w+/,
  /serial8250_console_\w+/,
  /univ8250_console_\w+/,
  /uart_console_\w+/,
  /(?:io|mem|mem32|hub6)_serial_(?:in|out)/,
  /wait_for_(?:lsr|xmitr)/,
  /serial_port_(?:in|out)/,
  /pl011_console_\w+/,
  /hvc_console_\w+/,
  /early_serial_\w+/,
  /early_console_\w+/,
  // For one device
  /dev_v?printk\w*/,
  /_*dev_(?:emerg|alert|crit|err|warn|notice|info|printk)/,
  /_*netdev_(?:emerg|alert|crit|err|warn|notice|info|printk)/,
]
