// SPDX-License-Identifier: GPL-2.0
/* Resets a zram disk that was never set up. */
#include <stdio.h>

int main(void)
{
	FILE *reset = fopen("/sys/block/zram0/reset", "w");

	if (!reset || fputs("1\n", reset) < 0 || fclose(reset)) {
		perror("reset");
		return 1;
	}
	puts("zram0 was reset");
	return 0;
}
