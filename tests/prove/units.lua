-- SPDX-License-Identifier: MIT
-- What is proved: per unit a source file and those of its functions, or of the headers it includes.

return {
	account = {
		file = "base-kernel/object/account.c",
		functions = {
			"account_charge_ram", "account_refund_ram", "account_charge_cap", "account_refund_cap",
			"move_limits", "account_fund", "account_refund",
		},
	},
	cap_table = {
		file = "base-kernel/object/cap_table.c",
		lemmas = true,
		functions = {
			"cap_make", "cap_slot", "cap_generation", "cap_valid", "grant_at", "cap_table_find", "cap_table_free",
			"repeat_in_larger", "cap_table_insert", "cap_table_clear", "cap_table_drop", "owns",
		},
	},
	grant = {
		file = "base-kernel/object/grant.c",
		functions = {
			"grant_kill", "grant_interface_position", "grant_offers", "live_to_the_top", "child_of", "kill_child",
			"grant_close",
		},
	},
	message = {
		file = "base-kernel/object/message.c",
		functions = { "named_twice", "resolve", "check_window" },
	},
	ring = {
		file = "base-kernel/object/ring.c",
		functions = {
			"ring_index_valid", "ring_index_used", "ring_index_record_pages",
			"ring_index_completion_page", "ring_index_pages", "paddr_to_pointer", "ring_record",
			"ring_submissions", "ring_submission", "ring_completion", "ring_completions", "ring_room",
			"ring_buffer",
		},
	},
}
