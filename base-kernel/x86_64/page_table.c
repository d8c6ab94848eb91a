/* SPDX-License-Identifier: MIT */
#include "page_table.h"

#include "cpu.h"
#include "memory/assert.h"
#include "memory/frame.h"
#include "memory/memory.h"
#include "object/account.h"
#include "resume.h"

#define ENTRY_PRESENT (1ul << 0)
#define ENTRY_USER    (1ul << 2)
#define ENTRY_LARGE   (1ul << 7)
#define ENTRY_GLOBAL  (1ul << 8)
#define ENTRY_NO_EXEC PAGE_EXECUTE /* set where the flag is not */
#define ENTRY_ADDRESS 0x000ffffffffff000ul

/* The second of the CPU's eight memory types is write-combining, the others are as after reset. */
#define PAGE_ATTRIBUTE_MSR   0x277
#define PAGE_ATTRIBUTE_TYPES 0x0007040600070106ul

#define KERNEL_BASE 0xffffffff80000000ul
#define DEVICE_BASE 0xffffffff40000000ul /* below the kernel, under the same top entry */

enum { ENTRIES = 512, KERNEL_HALF = 256, DEVICE_PAGES_MAX = 64 };
enum { PREPARE_TABLES = 6, STEP_TABLES = 8, STEP_ENTRIES = 12 };

extern char kernel_text_start[], kernel_rodata_start[], kernel_data_start[], kernel_end[];

static paddr_t kernel_root;
static uint64_t *device_table;
static unsigned device_pages;

static unsigned index_at(vaddr_t address, unsigned level)
{
	return (address >> (PAGE_SHIFT + 9 * level)) & (ENTRIES - 1);
}

static vaddr_t large_base(vaddr_t address)
{
	return address & ~(LARGE_PAGE_SIZE - 1);
}

static uint64_t *table_at(uint64_t entry)
{
	return paddr_to_pointer(entry & ENTRY_ADDRESS);
}

static paddr_t add_table(struct page_table *table, struct account *account)
{
	if (!account_charge_ram(account, PAGE_SIZE))
		return 0;

	const paddr_t page = frame_alloc_charged();

	frame_of(page)->next = table->last;
	table->last = (uint32_t)(page >> PAGE_SHIFT);
	table->tables++;
	return page;
}

bool page_table_init(struct page_table *table, struct account *account)
{
	*table = (struct page_table){.recent_base = UINT64_MAX};
	table->root = add_table(table, account);
	if (table->root == 0)
		return false;
	memory_copy((uint64_t *)paddr_to_pointer(table->root) + KERNEL_HALF,
	            (uint64_t *)paddr_to_pointer(kernel_root) + KERNEL_HALF, ENTRIES - KERNEL_HALF);
	return true;
}

bool page_table_fini(struct page_table *table, struct account *account)
{
	if (cpu.root == table->root) {
		cpu.root = kernel_root;
		write_cr3(kernel_root);
	}
	for (unsigned i = 0; i < STEP_TABLES && table->last; i++) {
		const paddr_t page = (paddr_t)table->last << PAGE_SHIFT;

		table->last = frame_of(page)->next;
		frame_free(page);
		table->tables--;
		account_refund_ram(account, PAGE_SIZE);
	}
	return table->last == 0;
}

/* Adds the tables above an entry of `level`. */
static bool prepare_entry(struct page_table *table, struct account *account, vaddr_t address,
                          unsigned lowest)
{
	uint64_t *entries = paddr_to_pointer(table->root);

	for (unsigned level = 3; level > lowest; level--) {
		uint64_t *entry = &entries[index_at(address, level)];

		if (!(*entry & ENTRY_PRESENT)) {
			const paddr_t page = add_table(table, account);

			if (page == 0)
				return false;
			*entry = page | ENTRY_PRESENT | PAGE_WRITE | ENTRY_USER;
		}
		entries = table_at(*entry);
	}
	return true;
}

enum status page_table_prepare(struct page_table *table, struct account *account, vaddr_t address,
                               uint64_t size, bool large)
{
	const uint32_t enough = table->tables + PREPARE_TABLES;
	const vaddr_t end = address + size, recent = table->recent_base;

	if (large_base(address) == recent && large_base(end - 1) == recent)
		return OK;
	for (vaddr_t at = large_base(address); at < end; at += LARGE_PAGE_SIZE) {
		const bool whole = at >= address && end - at >= LARGE_PAGE_SIZE;

		if (table->tables >= enough)
			return ERR_NOT_NOW;
		if (!prepare_entry(table, account, at, large && whole ? 1 : 0))
			return ERR_OUT_OF_RAM;
	}
	return OK;
}

static uint64_t *walk(struct page_table *table, vaddr_t address, unsigned *out_level)
{
	uint64_t *entry = (uint64_t *)paddr_to_pointer(table->root) + index_at(address, 3);
	unsigned level = 3;

	while (level > 0 && (*entry & ENTRY_PRESENT) && !(*entry & ENTRY_LARGE)) {
		level--;
		entry = table_at(*entry) + index_at(address, level);
	}
	if (level == 0) {
		table->recent = entry - index_at(address, 0);
		table->recent_base = large_base(address);
	}
	*out_level = level;
	return entry;
}

/* The entry that decides about the address: of a page, a large page, or where a table is missing. */
static inline uint64_t *find_entry(struct page_table *table, vaddr_t address, unsigned *out_level)
{
	if (large_base(address) != table->recent_base)
		return walk(table, address, out_level);
	*out_level = 0;
	return &table->recent[index_at(address, 0)];
}

static uint64_t entry_for(paddr_t page, uint64_t flags)
{
	return page | ENTRY_PRESENT | ENTRY_USER | (flags ^ ENTRY_NO_EXEC);
}

/* What was not present is in no TLB. */
static void set_entry(const struct page_table *table, vaddr_t address, uint64_t *entry,
                      uint64_t value)
{
	const uint64_t before = *entry;

	*entry = value;
	if ((before & ENTRY_PRESENT) && cpu.root == table->root)
		invalidate_page(address);
}

vaddr_t page_table_enter(struct page_table *table, vaddr_t address, paddr_t page, uint64_t flags)
{
	unsigned level;
	uint64_t *entry = find_entry(table, address, &level);

	assert(level == 0);
	set_entry(table, address, entry, entry_for(page, flags));
	return address + PAGE_SIZE;
}

bool page_table_enter_large(struct page_table *table, vaddr_t address, paddr_t page, uint64_t flags)
{
	unsigned level;
	uint64_t *entry = find_entry(table, address, &level);

	if (level == 0)
		return false;
	assert(level == 1 && ((address | page) & (LARGE_PAGE_SIZE - 1)) == 0);
	set_entry(table, address, entry, entry_for(page, flags) | ENTRY_LARGE);
	return true;
}

/* Leaves of some entries from `address` on only the bits of `keep`; returns where it stopped. */
static vaddr_t mask_entries(struct page_table *table, vaddr_t address, vaddr_t end, uint64_t keep)
{
	vaddr_t at = address;

	for (unsigned i = 0; i < STEP_ENTRIES && at < end; i++) {
		unsigned level;
		uint64_t *entry = find_entry(table, at, &level);
		const uint64_t step = (uint64_t)PAGE_SIZE << 9 * level;

		if (*entry & ~keep)
			set_entry(table, at, entry, *entry & keep);
		at = (at & ~(step - 1)) + step;
	}
	return at < end ? at : end;
}

vaddr_t page_table_clear(struct page_table *table, vaddr_t address, vaddr_t end)
{
	return mask_entries(table, address, end, 0);
}

void page_table_protect(struct page_table *table, vaddr_t address, uint64_t size)
{
	const vaddr_t end = address + size;

	while (address < end)
		address = mask_entries(table, address, end, ~PAGE_WRITE);
}

paddr_t page_table_find(struct page_table *table, vaddr_t address)
{
	unsigned level;
	const uint64_t *entry;

	if (address >= 1ul << 47)
		return 0;
	entry = find_entry(table, address, &level);
	if (!(*entry & ENTRY_PRESENT))
		return 0;
	return (*entry & ENTRY_ADDRESS) + (address & (((uint64_t)PAGE_SIZE << 9 * level) - 1));
}

/* ---- the kernel's half ---- */

static uint64_t *kernel_entry(vaddr_t address, unsigned level, paddr_t (*take_page)(void))
{
	uint64_t *entries = paddr_to_pointer(kernel_root);

	for (unsigned l = 3; l > level; l--) {
		uint64_t *entry = &entries[index_at(address, l)];

		if (!(*entry & ENTRY_PRESENT)) {
			*entry = take_page() | ENTRY_PRESENT | PAGE_WRITE;
			memory_zero(table_at(*entry), PAGE_SIZE);
		}
		entries = table_at(*entry);
	}
	return &entries[index_at(address, level)];
}

static uint64_t image_flags(const char *page)
{
	if (page < kernel_rodata_start)
		return 0;
	if (page < kernel_data_start)
		return ENTRY_NO_EXEC;
	return ENTRY_NO_EXEC | PAGE_WRITE;
}

void page_table_init_kernel(paddr_t ram_end, paddr_t (*take_page)(void))
{
	write_msr(PAGE_ATTRIBUTE_MSR, PAGE_ATTRIBUTE_TYPES);
	kernel_root = take_page();
	memory_zero(paddr_to_pointer(kernel_root), PAGE_SIZE);
	for (paddr_t at = 0; at < ram_end; at += LARGE_PAGE_SIZE)
		*kernel_entry((vaddr_t)paddr_to_pointer(at), 1, take_page) =
			at | ENTRY_PRESENT | PAGE_WRITE | ENTRY_LARGE | ENTRY_GLOBAL |
			ENTRY_NO_EXEC;
	for (const char *page = kernel_text_start; page < kernel_end; page += PAGE_SIZE)
		*kernel_entry((vaddr_t)page, 0, take_page) = ((vaddr_t)page - KERNEL_BASE) |
		                                             ENTRY_PRESENT | ENTRY_GLOBAL |
		                                             image_flags(page);
	device_table = kernel_entry(DEVICE_BASE, 0, take_page);
	cpu.root = kernel_root;
	write_cr3(kernel_root);
}

volatile void *page_table_map_device(paddr_t address)
{
	assert(device_pages < DEVICE_PAGES_MAX);

	const vaddr_t at = DEVICE_BASE + ((vaddr_t)device_pages << PAGE_SHIFT);

	device_table[device_pages++] = page_align_down(address) | ENTRY_PRESENT | PAGE_WRITE |
	                               PAGE_UNCACHED | ENTRY_NO_EXEC | ENTRY_GLOBAL;
	invalidate_page(at);
	return (volatile void *)(at + (address & (PAGE_SIZE - 1)));
}
