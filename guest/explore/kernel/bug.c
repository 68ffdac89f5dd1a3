// SPDX-License-Identifier: GPL-2.0
/* The kernel's table of the instructions that trap on purpose. */
#include "services.h"

#include <linux/bug.h>

extern struct bug_entry __start___bug_table[] __weak, __stop___bug_table[] __weak;

static unsigned long address_of(const struct bug_entry *entry)
{
	return (unsigned long)&entry->bug_addr_disp + entry->bug_addr_disp;
}

enum trap world_trap(unsigned long pc, int *line)
{
	struct bug_entry *entry;

	for (entry = __start___bug_table; entry < __stop___bug_table; entry++) {
		if (address_of(entry) != pc)
			continue;
		*line = entry->line;
		return entry->flags & BUGFLAG_WARNING ? TRAP_WARNING : TRAP_BUG;
	}
	return TRAP_UNKNOWN;
}

/* Since 6.19 a WARN() with a text is a call, through a key that nobody changes here. */
char warn_key asm("__SCK__WARN_trap");
void warned(struct bug_entry *entry, ...) asm("__SCT__WARN_trap");
void warned(struct bug_entry *entry, ...)
{
	fail(FAIL_WARN, "WARN() at line %d", entry->line);
}
