/* SPDX-License-Identifier: MIT */
/*
 * The kernel's start: from boot.S to the first thread. Used once.
 */
#include <kernel/words.h>

#include "console.h"
#include "core_start.h"
#include "machine.h"
#include "memory/frame.h"
#include "object/thread.h"
#include "panic.h"
#include "sched/sched.h"
#include "x86_64/clock.h"
#include "x86_64/descriptor.h"
#include "x86_64/interrupt.h"
#include "x86_64/vector.h"

#define KERNEL_BASE     0xffffffff80000000ul
#define KERNEL_LOAD     0x100000ul
#define BOOT_MAPPED     (1ul << 30) /* what boot.S has mapped */
#define GRANT_PER_BYTES 4096ul
#define GRANTS_MIN      2048ul
#define GRANTS_MAX      (1ul << 20)

_Static_assert((int)OBJECT_PLATFORM == (int)OBJECT_KIND_PLATFORM, "object types are ObjectKind");

extern char kernel_end[];
extern uint64_t boot_entry_tsc;

_Noreturn void kernel_start(uint32_t loader, uint32_t address);

static struct loader_info info;

/* Memory taken before the frame allocator is there: from `early_next` up, below BOOT_MAPPED. */
static paddr_t early_next;

static bool early_fits(paddr_t start, uint64_t size)
{
	if (start < info.archive.end && info.archive.start < start + size)
		return false;
	for (unsigned i = 0; i < info.ram_count; i++) {
		if (info.ram[i].start <= start && start + size <= info.ram[i].end)
			return start + size <= BOOT_MAPPED;
	}
	return false;
}

static paddr_t early_take(uint64_t size)
{
	paddr_t start = early_next;

	while (!early_fits(start, size)) {
		start += PAGE_SIZE;
		if (start >= BOOT_MAPPED)
			panic("not enough RAM below 1 GiB");
	}
	early_next = page_align_up(start + size);
	memory_zero(paddr_to_pointer(start), page_align_up(size));
	return start;
}

static paddr_t early_take_page(void)
{
	return early_take(PAGE_SIZE);
}

static paddr_t ram_end(void)
{
	paddr_t end = 0;

	for (unsigned i = 0; i < info.ram_count; i++) {
		if (info.ram[i].end > end)
			end = info.ram[i].end;
	}
	return end;
}

static uint64_t grant_count(void)
{
	uint64_t bytes = 0;

	for (unsigned i = 0; i < info.ram_count; i++)
		bytes += info.ram[i].end - info.ram[i].start;
	bytes /= GRANT_PER_BYTES;
	if (bytes < GRANTS_MIN)
		return GRANTS_MIN;
	return bytes < GRANTS_MAX ? bytes : GRANTS_MAX;
}

/* Gives a range to the allocator, without what is in use in it: low memory, the kernel, the archive. */
static void add_range(paddr_t start, paddr_t end, paddr_t used_end)
{
	const struct memory_range taken[] = {
		{0, KERNEL_LOAD},
		{KERNEL_LOAD, used_end},
		{info.archive.start, page_align_up(info.archive.end)},
	};

	for (unsigned i = 0; i < sizeof(taken) / sizeof(taken[0]); i++) {
		if (taken[i].end <= start || taken[i].start >= end)
			continue;
		if (taken[i].start > start)
			add_range(start, taken[i].start, used_end);
		if (taken[i].end < end)
			add_range(taken[i].end, end, used_end);
		return;
	}
	frames_add(start, end);
}

static void init_memory(void)
{
	const paddr_t end = ram_end();
	const uint64_t count = grant_count();

	early_next = page_align_up((paddr_t)kernel_end - KERNEL_BASE);
	page_table_init_kernel(end, early_take_page);

	struct grant *table = paddr_to_pointer(early_take(count * sizeof(struct grant)));
	const uint64_t frame_count = end >> PAGE_SHIFT;
	struct frame *frame_table =
		paddr_to_pointer(early_take(frame_count * sizeof(struct frame)));

	grants_init(table, (uint32_t)count);
	frames_init(frame_table, (uint32_t)frame_count);
	for (unsigned i = 0; i < info.ram_count; i++)
		add_range(info.ram[i].start, info.ram[i].end, early_next);
}

static void init_machine(void)
{
	machine.ram_count = info.ram_count;
	for (unsigned i = 0; i < info.ram_count; i++)
		machine.ram[i] = info.ram[i];
	machine.archive = info.archive;
	machine.ram_total = frames.total_pages << PAGE_SHIFT;
	machine.entry_ticks =
		*(const uint64_t *)paddr_to_pointer((paddr_t)&boot_entry_tsc); /* linked low */
}

static void print_banner(void)
{
	char text[NUMBER_TEXT_MAX];

	console_write("capOS kernel, ");
	console_write(number_text(machine.ram_total >> 10, 10, text));
	console_write(" KiB free\n");
	event_write("boot\n");
}

void kernel_start(uint32_t loader, uint32_t address)
{
	console_init();
	descriptors_init();
	loader_info_read(&info, loader, address);
	init_memory();
	interrupt_init();
	clock_init();
	vector_init();
	init_machine();
	print_banner();

	sched_init();
	timeout_set_budget(loader_info_number(&info, "budget", 0));
	account_init_root(&root_account, machine.ram_total, (uint32_t)grant_count() - 1);
	thread_start(core_start());
	sched_leave_kernel();
}
