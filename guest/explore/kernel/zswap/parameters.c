// SPDX-License-Identifier: GPL-2.0
/* Module parameters, by their names: "zswap.enabled". */
#include "services.h"

#include <linux/moduleparam.h>

#include "slots.h"

extern const struct kernel_param __start___param[], __stop___param[];

void zswap_configure(const char *parameter, const char *value)
{
	const struct kernel_param *at;

	for (at = __start___param; at < __stop___param; at++)
		if (!__builtin_strcmp(at->name, parameter)) {
			at->ops->set(value, at);
			return;
		}
	explorer_lacks("that parameter of zswap");
}

int param_set_charp(const char *value, const struct kernel_param *parameter)
{
	*(const char **)parameter->arg = value;
	return 0;
}

int param_set_bool(const char *value, const struct kernel_param *parameter)
{
	*(bool *)parameter->arg = *value == 'Y';
	return 0;
}

static int set_uint(const char *value, const struct kernel_param *parameter)
{
	unsigned int number = 0;

	for (; *value; value++)
		number = number * 10 + *value - '0';
	*(unsigned int *)parameter->arg = number;
	return 0;
}

int param_get_charp(char *buffer, const struct kernel_param *parameter)
{
	return 0;
}

int param_get_bool(char *buffer, const struct kernel_param *parameter)
{
	return 0;
}

void param_free_charp(void *argument)
{
}

const struct kernel_param_ops param_ops_bool = { .set = param_set_bool };
const struct kernel_param_ops param_ops_uint = { .set = set_uint };
