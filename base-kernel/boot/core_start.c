/* SPDX-License-Identifier: MIT */
#include "core_start.h"

#include <abi/boot_archive.h>
#include <elf.h>
#include <kernel/words.h>

#include "machine.h"
#include "object/mapping.h"
#include "object/memory_object.h"
#include "object/sched_context.h"
#include "object/thread.h"
#include "panic.h"

enum { CORE_TABLE_SLOTS = 2048, CORE_PRIORITY = 255 };

struct account root_account;

static struct object platform = {.type = OBJECT_PLATFORM};

static bool same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static const struct boot_archive_file *find_file(const struct boot_archive *archive,
                                                 const char *name)
{
	const uint64_t size = machine.archive.end - machine.archive.start;

	if (archive->magic != BOOT_ARCHIVE_MAGIC || archive->size > size)
		panic("the boot module is not a boot archive");
	for (uint32_t i = 0; i < archive->file_count; i++) {
		const struct boot_archive_file *file = &archive->files[i];

		if (same(file->name, name) && file->offset <= size &&
		    file->size <= size - file->offset)
			return file;
	}
	panic("the boot archive has no file 'core'");
}

/* An object of core's, with its grant; NULL never: the machine is empty and this is its first use. */
static void *create(enum object_type type)
{
	struct object *object = heap_alloc(&root_account, object_size(type));

	if (!object)
		panic("not enough RAM to start core");
	object_init(object, type, &root_account);
	return object;
}

static void give(struct domain *domain, enum core_slot slot, struct object *object, uint32_t own,
                 uint32_t ancestor)
{
	const uint32_t interfaces[GRANT_INTERFACES_MAX] = {own, ancestor};
	uint32_t grant;

	if (grant_create(object, &root_account, GRANT_NONE, interfaces, &grant) != OK)
		panic("no grants to start core");
	object->grant = grant;
	(void)cap_table_insert(&domain->caps, slot, grant,
	                       CAP_OWNER); /* the id is known by the ABI */
}

static void map(struct domain *domain, struct memory_object *memory, vaddr_t address, uint64_t size,
                bool write, bool execute)
{
	const struct mapping_request request = {
		.address = address, .size = size, .write = write, .execute = execute};

	enum status status = ERR_NOT_NOW;

	while (status == ERR_NOT_NOW) /* nobody waits yet: all steps at once */
		status = mapping_create(domain, memory, &root_account, &request);
	if (status != OK)
		panic("core can't be mapped");
}

static void load_segment(struct domain *domain, paddr_t file, const Elf64_Phdr *segment)
{
	const vaddr_t start = page_align_down(segment->p_vaddr);
	const uint64_t size = page_align_up(segment->p_vaddr + segment->p_memsz) - start;
	const uint64_t head = segment->p_vaddr - start;
	struct memory_object *memory = create(OBJECT_MEMORY);

	if (!(segment->p_flags & PF_W)) {
		memory_object_init_range(memory, MEMORY_BOOT,
		                         page_align_down(file + segment->p_offset), size);
		map(domain, memory, start, size, false, segment->p_flags & PF_X);
		return;
	}
	if (memory_object_init(memory, size) != OK)
		panic("not enough RAM to start core");

	const char *from = paddr_to_pointer(file + segment->p_offset);

	for (uint64_t i = 0; i < segment->p_filesz; i++) {
		const uint64_t at = head + i;
		char *page = paddr_to_pointer(memory_object_page(memory, at >> PAGE_SHIFT));

		page[at & (PAGE_SIZE - 1)] = from[i];
	}
	map(domain, memory, start, size, true, false);
}

static vaddr_t load(struct domain *domain, const struct boot_archive_file *file)
{
	const paddr_t start = machine.archive.start + file->offset;
	const Elf64_Ehdr *header = paddr_to_pointer(start);
	const Elf64_Phdr *segments = paddr_to_pointer(start + header->e_phoff);

	if (header->e_ident[0] != ELFMAG0 || header->e_machine != EM_X86_64)
		panic("the file 'core' is not an x86-64 ELF");
	for (unsigned i = 0; i < header->e_phnum; i++) {
		if (segments[i].p_type == PT_LOAD && segments[i].p_memsz > 0)
			load_segment(domain, start, &segments[i]);
	}
	return header->e_entry;
}

static void map_stack(struct domain *domain)
{
	struct memory_object *stack = create(OBJECT_MEMORY);

	if (memory_object_init(stack, CORE_STACK_BYTES) != OK)
		panic("not enough RAM to start core");
	map(domain, stack, CORE_STACK_TOP - CORE_STACK_BYTES, CORE_STACK_BYTES, true, false);
}

static void map_archive(struct domain *domain)
{
	const uint64_t size = page_align_up(machine.archive.end - machine.archive.start);
	struct memory_object *archive = create(OBJECT_MEMORY);

	memory_object_init_range(archive, MEMORY_BOOT, machine.archive.start, size);
	map(domain, archive, CORE_ARCHIVE_ADDRESS, size, false, false);
	give(domain, CORE_SLOT_ARCHIVE, &archive->object, READ_ONLY_INTERFACE, 0);
}

struct thread *core_start(void)
{
	const struct boot_archive_file *file =
		find_file(paddr_to_pointer(machine.archive.start), "core");
	struct domain *domain = create(OBJECT_DOMAIN);
	struct sched_context *context = create(OBJECT_SCHED_CONTEXT);
	struct thread *thread = create(OBJECT_THREAD);

	if (domain_init(domain, CORE_TABLE_SLOTS) != OK)
		panic("not enough RAM to start core");
	sched_context_init(context, CORE_PRIORITY);
	map_stack(domain);
	map_archive(domain);

	const struct thread_request request = {
		.domain = domain,
		.home = context,
		.entry = load(domain, file),
		.stack = CORE_STACK_TOP,
		.argument = 0,
		.message_address = CORE_MESSAGE_ADDRESS,
		.message_pages = CORE_MESSAGE_PAGES,
	};

	if (thread_init(thread, &request) != OK)
		panic("core's thread can't be made");
	platform.account = &root_account;
	give(domain, CORE_SLOT_ACCOUNT, &root_account.object, ACCOUNT_INTERFACE, CHARGE_INTERFACE);
	give(domain, CORE_SLOT_PLATFORM, &platform, PLATFORM_INTERFACE, 0);
	give(domain, CORE_SLOT_DOMAIN, &domain->object, DOMAIN_INTERFACE, SPACE_INTERFACE);
	give(domain, CORE_SLOT_THREAD, &thread->object, THREAD_INTERFACE, 0);
	give(domain, CORE_SLOT_CONTEXT, &context->object, SCHED_CONTEXT_INTERFACE, 0);
	return thread;
}
