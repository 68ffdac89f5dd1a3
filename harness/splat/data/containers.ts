// SPDX-License-Identifier: MIT
import type { FunctionNames } from '../patterns.ts'

/** Operations on containers and iterators of the caller. */
export const containers: FunctionNames = [
  // Trees and arrays
  /xas_\w+/,
  /_*xa_\w+/,
  /_*radix_tree_\w+/,
  /idr_\w+/,
  /ida_\w+/,
  /mas_\w+/,
  /mtree_\w+/,
  /mte_\w+/,
  /ma_(?:data_end|slots|pivots|meta\w*|dead_node|is_\w+)/,
  'mt_find',
  'mt_find_after',
  /assoc_array_\w+/,
  /btree_(?:insert|lookup|remove|find)\w*/,
  /_*rb_\w+/,
  // Hash tables
  /_*rhashtable_\w+/,
  /_*rhltable_\w+/,
  /_*rht_\w+/,
  /hash_(?:add|del)(?:_rcu)?/,
  // Lists of devices, and bits
  /klist_\w+/,
  /_*sbitmap_\w+/,
  /bitmap_\w+/,
  // Queues and buffers
  /_*kfifo_\w+/,
  /circ_buf\w*/,
  // Scatter lists and iterators
  /sg_(?:next|last|miter_\w+|init_\w+|alloc_\w+|free_\w+|copy_\w+|pcopy_\w+|zero_buffer|nents\w*)/,
  /_*sg_(?:alloc|free)_table\w*/,
  /_*iov_iter_\w+/,
  // Sorting and searching
  'sort',
  'sort_r',
  'list_sort',
  'bsearch',
  // Per-CPU memory and references
  /_*percpu_counter_\w+/,
  /_*percpu_ref_\w+/,
  /this_cpu_\w+/,
  /__this_cpu_\w+/,
  /raw_cpu_\w+/,
]
