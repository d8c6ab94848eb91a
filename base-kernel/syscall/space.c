/* SPDX-License-Identifier: MIT */
/*
 * Space and Domain: address space and table of a domain, for itself and for
 * its parent.
 */
#include "boot/machine.h"
#include "invocation.h"
#include "object/mapping.h"

static struct domain *target(const struct invocation *in)
{
	return (struct domain *)in->object;
}

static enum status map(struct invocation *in)
{
	struct space_map_params params;
	struct cap_entry *memory;
	struct account *account;

	space_map_params_unpack(in->words, in->caps, &params);

	enum status status =
		invocation_argument(in, params.memory, OBJECT_MEMORY, READ_ONLY_INTERFACE, &memory);

	if (status == OK)
		status = invocation_account(in, params.account, &account);
	if (status != OK)
		return status;
	if (params.write && !grant_offers(grant_at(memory->grant), MEMORY_OBJECT_INTERFACE))
		return ERR_DENIED;

	const struct mapping_request request = {
		.address = params.address,
		.offset = params.offset,
		.size = params.size,
		.grant = memory->grant,
		.write = params.write,
		.execute = params.execute,
	};

	status = mapping_create(target(in), (struct memory_object *)memory->object, account,
	                        &request);
	return invocation_part(in, status, status != ERR_NOT_NOW);
}

static enum status unmap(struct invocation *in)
{
	struct space_unmap_params params;

	space_unmap_params_unpack(in->words, in->caps, &params);

	bool over = true;
	const enum status status =
		mapping_remove_range(target(in), params.address, params.size, &over);

	return invocation_part(in, status, over);
}

static enum status grow_table(struct invocation *in)
{
	struct space_grow_table_params params;

	space_grow_table_params_unpack(in->words, in->caps, &params);

	bool over = true;
	const enum status status =
		cap_table_grow(&target(in)->caps, in->object->account, params.slots, &over);

	return invocation_part(in, status, over);
}

static invocation_method *const space_list[] = {
	[SPACE_MAP] = map,
	[SPACE_UNMAP] = unmap,
	[SPACE_GROW_TABLE] = grow_table,
};

METHOD_TABLE(space, SPACE);

/* A copy: the installer stays the owner. */
static enum status install(struct invocation *in)
{
	struct domain_install_params params;
	struct cap_entry *entry;

	domain_install_params_unpack(in->words, in->caps, &params);

	const enum status status = cap_table_find(&in->domain->caps, params.cap, &entry);

	if (status != OK)
		return status;
	if (!cap_table_free(&target(in)->caps, params.slot))
		return ERR_BAD_ARG;
	(void)cap_table_insert(&target(in)->caps, params.slot, entry->grant,
	                       0); /* id: slot, first generation */
	return OK;
}

static enum status watch(struct invocation *in)
{
	struct domain_watch_params params;
	struct notification *notification;
	uint64_t bits;

	domain_watch_params_unpack(in->words, in->caps, &params);

	const enum status status = invocation_signal(in, params.faulted, &notification, &bits);

	if (status == OK)
		signal_source_bind(&target(in)->faulted, notification, bits);
	return status;
}

static enum status set_pager(struct invocation *in)
{
	struct domain_set_pager_params params;
	struct cap_entry *pager;

	domain_set_pager_params_unpack(in->words, in->caps, &params);
	if (!cap_valid(params.pager)) {
		target(in)->pager = (struct cap_entry){0};
		return OK;
	}

	const enum status status =
		invocation_argument(in, params.pager, OBJECT_ENDPOINT, PAGER_INTERFACE, &pager);

	if (status == OK)
		target(in)->pager = *pager;
	return status;
}

static enum status next_fault(struct invocation *in)
{
	struct domain_next_fault_results results = {0};

	list_for_each (node, &target(in)->threads) {
		const struct thread *thread = list_entry(node, struct thread, of_domain);

		if (thread->state != THREAD_FAULTED)
			continue;
		results = (struct domain_next_fault_results){
			.kind = (enum fault_kind)thread->fault.kind,
			.write = thread->fault.write,
			.execute = thread->fault.execute,
			.thread = thread->id,
			.address = thread->fault.address,
			.ip = thread->registers.rip,
			.sp = thread->registers.rsp,
			.bp = thread->registers.rbp,
		};
		break;
	}
	domain_next_fault_results_pack(&results, in->words, in->caps);
	in->word_count = DOMAIN_NEXT_FAULT_RESULTS_WORDS;
	return OK;
}

static enum status peek(struct invocation *in)
{
	enum { PEEK_WORDS = 7 };
	struct domain_peek_params params;

	domain_peek_params_unpack(in->words, in->caps, &params);
	if (params.address & 7)
		return ERR_BAD_ARG;

	const paddr_t found = page_table_find(&target(in)->pages, params.address);
	/* Device registers are not for looking. */
	const paddr_t page = found && machine_has_ram(found, 8) ? found : 0;
	uint64_t count = 0;

	for (unsigned i = 0; i < PEEK_WORDS; i++)
		in->words[i + 1] = 0;
	if (page) {
		const uint64_t left = (PAGE_SIZE - (params.address & (PAGE_SIZE - 1))) / 8;

		count = left < PEEK_WORDS ? left : PEEK_WORDS;
		memory_copy_words(&in->words[1], paddr_to_pointer(page), count);
	}
	in->words[0] = count * 8;
	in->word_count = DOMAIN_PEEK_RESULTS_WORDS;
	return OK;
}

static invocation_method *const domain_list[] = {
	[DOMAIN_INSTALL] = install,       [DOMAIN_WATCH] = watch,
	[DOMAIN_NEXT_FAULT] = next_fault, [DOMAIN_PEEK] = peek,
	[DOMAIN_SET_PAGER] = set_pager,
};

METHOD_TABLE(domain, DOMAIN);
