// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Functions that walk a stack and look up its addresses, for whoever wants a trace. */
export const unwinder: FunctionNames = [
  /_*unwind_\w+/,
  /_*orc_find/,
  'orc_ftrace_find',
  'deref_stack_reg',
  'deref_stack_regs',
  'deref_stack_iret_regs',
  'stack_access_ok',
  'update_stack_state',
  'read_hpt_entry',
  /in_(?:entry|task|irq|hardirq|softirq|exception|sdei)_stack/,
  /on_(?:accessible|task|irq|thread)_stack/,
  /in_gate_area\w*/,
  'filter_irq_stacks',
  'save_stack_address',
  'core_kernel_text',
  'func_ptr_is_kernel_text',
  /(?:is_)?_*module_(?:text_)?address/,
  /is_(?:bpf_text|module_text)_address/,
  /_*bpf_address_lookup/,
  /bpf_ksym_find/,
  /is_ftrace_trampoline/,
  /kallsyms_\w+/,
  /_*sprint_symbol\w*/,
  /search_exception_tables?/,
  /search_extable/,
  /_*kernel_text_address/,
  /get_stack_info\w*/,
  'walk_stackframe',
]
