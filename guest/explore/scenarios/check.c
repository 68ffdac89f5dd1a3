// SPDX-License-Identifier: GPL-2.0
/* check FILE...: reads scenarios as the explorer will, before there is a kernel to run them on. */
#include <string.h>

#include "defect.h"
#include "text.h"

int main(int argc, char **argv)
{
	static struct scenario scenario;
	static char names[512][sizeof(scenario.name)];
	int i, j;

	if (argc > 513)
		usage("--scenario: at most 512 files");
	for (i = 1; i < argc; i++) {
		scenario_read(argv[i], &scenario);
		memcpy(names[i - 1], scenario.name, sizeof(scenario.name));
		for (j = 0; j < i - 1; j++)
			if (!strcmp(names[j], names[i - 1]))
				usage("%s: %s is named %s too, rename one", argv[i], argv[j + 1], names[j]);
	}
	return 0;
}
