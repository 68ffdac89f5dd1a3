// SPDX-License-Identifier: GPL-2.0
/* init/main.c, do_initcalls(): the entries are offsets from themselves. */
#include "services.h"

extern int __start_kernel_initcall[], __stop_kernel_initcall[];

void initcalls_run(void)
{
	int *entry, error;

	for (entry = __start_kernel_initcall; entry < __stop_kernel_initcall; entry++) {
		error = ((int (*)(void))((char *)entry + *entry))();
		if (error)
			fail(FAIL_BALANCE, "an initcall of the kernel returns %d", error);
	}
}

/* WARN() with a text: the trap that follows is the failure. */
void __warn_printk(const char *format, ...)
{
	note("WARN: %s", format);
}

#ifdef CONFIG_PRINTK
int _printk(const char *format, ...)
{
	note("printk: %s", format);
	return 0;
}
#endif
