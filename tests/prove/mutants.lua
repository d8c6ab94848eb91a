-- SPDX-License-Identifier: MIT
-- Breaks that the proof of a function has to notice: unit, function, file, what is replaced, by what; and the steps that
-- takes, where they are more than usual.

local cap_table = "base-kernel/object/cap_table"
local ring_index = "base-kernel/object/ring_index.h"
local account = "base-kernel/object/account.c"

return {
	{ "cap_table", "cap_table_find", cap_table .. ".h",
		"entry->generation != cap_generation(cap) || !entry->object", "!entry->object" },
	{ "cap_table", "cap_table_find", cap_table .. ".h",
		"if (slot >= table->slots)", "if (slot > table->slots)" },
	{ "cap_table", "cap_table_find", cap_table .. ".h",
		"grant_at(entry->grant)->epoch != entry->epoch", "grant_at(entry->grant)->epoch == 0" },
	{ "cap_table", "cap_table_clear", cap_table .. ".c",
		"entry->generation = generation + 1", "entry->generation = generation" },
	{ "cap_table", "cap_table_insert", cap_table .. ".c",
		"entry->epoch = source->epoch", "entry->epoch = 0", 1000000 },
	{ "grant", "grant_kill", "base-kernel/object/grant.c",
		"grant->epoch++", "grant->epoch--" },
	{ "grant", "live_to_the_top", "base-kernel/object/grant.c",
		"i; i = grant_at(i)->parent", "i; i = GRANT_NONE" },
	{ "grant", "grant_close", "base-kernel/object/grant.c",
		"grant_kill(at);\n\t/*@", "/*@" },
	{ "grant", "grant_close", "base-kernel/object/grant.c",
		"if (at == index)\n\t\treturn true", "if (at != index)\n\t\treturn true" },
	{ "message", "resolve", "base-kernel/object/message.c",
		"if (transfer->count > IPC_CAPS_MAX || !from->send)", "if (!from->send)" },
	{ "ring", "ring_record", "base-kernel/object/ring.h",
		"ring->pages[first_page + index / per_page]", "ring->pages[first_page + index]" },
	{ "ring", "ring_index_used", ring_index,
		"return used <= size ? used : size", "return used" },
	{ "ring", "ring_index_completion_page", ring_index,
		"return 1 + ring_index_record_pages", "return ring_index_record_pages" },
	{ "account", "account_charge_ram", account,
		"bytes > account->ram_limit - account->ram_used", "account->ram_used + bytes > account->ram_limit" },
	{ "account", "account_charge_ram", account,
		"account->ram_used += bytes", "account->ram_used += 0" },
	{ "account", "move_limits", account,
		"from->ram_limit -= ram", "from->ram_limit -= 0" },
}
