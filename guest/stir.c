// SPDX-License-Identifier: GPL-2.0
#include "stir.h"

#include "files.h"

/*
 * zsmalloc compacts when its shrinker is called.  The reclaim of a memory
 * cgroup does not call it, but dropping slab objects (2) does; 4 silences the
 * message about that.  Compacting memory migrates the pages of zspages.
 */
void stir_zspages(void)
{
	write_text("/proc/sys/vm/drop_caches", "4");
	write_text("/proc/sys/vm/drop_caches", "2");
	write_text("/proc/sys/vm/compact_memory", "1");
}
