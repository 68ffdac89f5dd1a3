// SPDX-License-Identifier: GPL-2.0
/* The checks of CONFIG_DEBUG_LIST, as lib/list_debug.c makes them. */
#include "services.h"

#include <linux/list.h>

static int add_is_wrong(struct list_head *entry, struct list_head *before, struct list_head *after)
{
	return after->prev != before || before->next != after || entry == before || entry == after;
}

static int delete_is_wrong(struct list_head *entry)
{
	if (entry->next == LIST_POISON1 || entry->prev == LIST_POISON2)
		fail(FAIL_LIST, "list_del() of an entry that is on no list any more");
	return entry->prev->next != entry || entry->next->prev != entry;
}

static void look_at(struct list_head *entry)
{
	access_plain((unsigned long)entry, sizeof(*entry), ACCESS_READ, CALLER);
}

static void check_add(struct list_head *entry, struct list_head *before, struct list_head *after)
{
	look_at(before);
	look_at(after);
	if (add_is_wrong(entry, before, after))
		fail(FAIL_LIST, "list_add() between entries that are not neighbours");
}

static void check_delete(struct list_head *entry)
{
	look_at(entry);
	if (entry->next != LIST_POISON1 && entry->prev != LIST_POISON2) {
		look_at(entry->next);
		look_at(entry->prev);
	}
	if (delete_is_wrong(entry))
		fail(FAIL_LIST, "list_del() of an entry that its neighbours do not point to");
}

#ifdef __list_valid_slowpath
bool __list_add_valid_or_report(struct list_head *entry, struct list_head *before,
				struct list_head *after)
{
	check_add(entry, before, after);
	return true;
}

bool __list_del_entry_valid_or_report(struct list_head *entry)
{
	check_delete(entry);
	return true;
}
#else
bool __list_add_valid(struct list_head *entry, struct list_head *before, struct list_head *after)
{
	check_add(entry, before, after);
	return true;
}

bool __list_del_entry_valid(struct list_head *entry)
{
	check_delete(entry);
	return true;
}
#endif
