/* SPDX-License-Identifier: MIT */
/*
 * The counting plugin of QEMU: what the machine executes, instruction by instruction.
 *
 * Arguments: images=FILE (image.h), out=FILE, whole=on (one row of all that happens, instead
 * of those the guest marks), kernel=on (the kernel's instructions alone, for the longest way and what is
 * covered: several times as fast), timeline=on (timeline.h), probe=on (end at once, with status 33: plugins
 * are possible).
 *
 * What an instruction is, is decided when it is translated; it is counted when it is executed. QEMU
 * calls before the execution, so each is accounted when the next one comes: only then is it
 * certain that it was executed at all, and not refused by an exception. That also is how the
 * time-stamp counter counts when QEMU counts instructions (-icount), so that both agree.
 *
 * All that the firmware and a boot loader do is left out. There is one processor.
 */
#include "image.h"
#include "instruction.h"
#include "operation.h"
#include "qemu_plugin.h"
#include "samples.h"
#include "stacks.h"
#include "store.h"
#include "stretch.h"
#include "timeline.h"

#include <stdlib.h>
#include <string.h>

enum { MARK_BEGIN = 0x0ca90501, MARK_END, MARK_REPORT, MARK_LETTER };
enum { TRAP_STUB_BYTES = 16, TRAP_STUBS = 64 };
enum {
	OPERATIONS_THAT_MOVE =
		OPERATION_CALL | OPERATION_RETURN | OPERATION_STI | OPERATION_CLI | OPERATION_MARK
};
enum { VECTOR_NONE = -1, VECTOR_STACK = 12, VECTOR_PROTECTION = 13, VECTOR_PAGE_FAULT = 14 };
enum { INSTRUCTION_BYTES_MAX = 16, BUCKETS = 1 << 14, STATUS_PROBED = 33 };

/* An instruction, and how it is found again when its block is translated anew. */
struct known {
	struct instruction instruction;
	struct known *next;
	const void *host;
	uint8_t bytes[INSTRUCTION_BYTES_MAX];
};

int qemu_plugin_version = QEMU_PLUGIN_INTERFACE;

/* The interface has no place for state of ours: there is one machine in a process. */
static struct {
	FILE *out;
	bool whole, kernel_only;
	bool kernel_runs;
	struct images *images;
	const struct function *trap_stubs, *syscall_entry;
	struct known *buckets[BUCKETS];
	struct instruction *pending;
	bool letter_follows;
	struct stacks stacks;
	struct samples samples;
	struct stretch stretch;
	struct timeline timeline;
} plugin;

/* ---- execution ---- */

/* A mark stands outside of what it bounds. */
static void pass_mark(const struct instruction *mark)
{
	if (plugin.whole)
		return;
	switch (mark->mark) {
	case MARK_BEGIN: samples_begin(&plugin.samples, plugin.stacks.current); break;
	case MARK_REPORT: samples_report(&plugin.samples); break;
	case MARK_LETTER: plugin.letter_follows = true; break;
	default: break;
	}
}

static void count(struct instruction *instruction)
{
	instruction->executed = true;
	timeline_instruction(&plugin.timeline);
	if (instruction->mark == MARK_END && !plugin.whole)
		samples_end(&plugin.samples);
	if (plugin.samples.active)
		samples_instruction(&plugin.samples, instruction);
	if (plugin.stretch.active)
		stretch_instruction(&plugin.stretch);
	if (instruction->operations & OPERATION_MARK)
		pass_mark(instruction);
}

/* By an exception that QEMU finds while it executes, not when it translates. */
static bool refused(const struct instruction *instruction, const struct instruction *next)
{
	return next->enters && !instruction_in_kernel(instruction) &&
	       (next->vector == VECTOR_PAGE_FAULT || next->vector == VECTOR_PROTECTION ||
	        next->vector == VECTOR_STACK);
}

static void move(const struct instruction *from, const struct instruction *to)
{
	const bool kernel = instruction_in_kernel(to);

	timeline_step(&plugin.timeline, from, to, plugin.stacks.current);

	const unsigned unchanged = stacks_step(&plugin.stacks, from, to);

	if (to->enters || (kernel && !instruction_in_kernel(from)))
		stretch_begin(&plugin.stretch, to);
	else if (kernel && (from->operations & OPERATION_CLI) && !plugin.stretch.active)
		stretch_begin(&plugin.stretch, to);
	else if (!kernel || (from->operations & OPERATION_STI))
		stretch_end(&plugin.stretch);
	if (plugin.whole && !kernel && !plugin.samples.active)
		samples_begin(&plugin.samples, plugin.stacks.current);
	if (plugin.samples.active)
		samples_follow(&plugin.samples, plugin.stacks.current, unchanged);
	if (plugin.stretch.active)
		stretch_follow(&plugin.stretch, plugin.stacks.current,
		               plugin.stretch.count ? unchanged : 0);
}

static void begin_machine(const struct instruction *first)
{
	stacks_init(&plugin.stacks, first);
	if (!instruction_in_kernel(first))
		return;
	stretch_begin(&plugin.stretch, first);
	stretch_follow(&plugin.stretch, plugin.stacks.current, 0);
}

static void executed(unsigned cpu, void *data)
{
	struct instruction *next = data, *before = plugin.pending;

	(void)cpu;
	plugin.pending = next;
	if (!before) {
		begin_machine(next);
		return;
	}
	if (!refused(before, next))
		count(before);
	if (!before->plain || next->enters || before->function != next->function)
		move(before, next);
}

static void accessed(unsigned cpu, qemu_plugin_meminfo_t access, uint64_t address, void *data)
{
	(void)cpu, (void)data;
	if (plugin.letter_follows) {
		plugin.letter_follows = false;
		samples_name(&plugin.samples, (char)(address & 0xff));
		return;
	}
	if (!plugin.samples.active)
		return;

	const struct qemu_plugin_hwaddr *place = qemu_plugin_get_hwaddr(access, address);

	samples_access(&plugin.samples, qemu_plugin_mem_is_store(access),
	               place ? qemu_plugin_hwaddr_phys_addr(place) : address);
}

/* ---- translation ---- */

static void describe(struct instruction *instruction, const uint8_t *bytes)
{
	const struct function *stubs = plugin.trap_stubs, *syscall = plugin.syscall_entry;
	const uint64_t behind = stubs ? instruction->address - stubs->address : UINT64_MAX;
	const bool stub = behind < TRAP_STUBS * TRAP_STUB_BYTES && behind % TRAP_STUB_BYTES == 0;

	instruction->operations = operation_of(bytes, instruction->size);
	instruction->plain = !(instruction->operations & OPERATIONS_THAT_MOVE);
	if (instruction->operations & OPERATION_MARK)
		instruction->mark = operation_mark(bytes);
	instruction->enters = stub || (syscall && instruction->address == syscall->address);
	instruction->vector = stub ? (int8_t)(behind / TRAP_STUB_BYTES) : VECTOR_NONE;
}

/* The same one for the same bytes at the same place. */
static struct instruction *find(uint64_t address, const uint8_t *host, const uint8_t *bytes,
                                size_t size)
{
	struct known **bucket = &plugin.buckets[(address ^ (uintptr_t)host >> 12) % BUCKETS];

	for (struct known *known = *bucket; known; known = known->next)
		if (known->instruction.address == address && known->host == host &&
		    known->instruction.size == size && memcmp(known->bytes, bytes, size) == 0)
			return &known->instruction;

	struct known *known = store_new(sizeof *known);

	known->instruction = (struct instruction){
		.address = address,
		.host_line = (uintptr_t)host >> LINE_SHIFT,
		.function = images_find(plugin.images, address, host),
		.size = (uint8_t)size,
	};
	known->host = host;
	memcpy(known->bytes, bytes, size);
	describe(&known->instruction, bytes);
	known->next = *bucket;
	*bucket = known;
	return &known->instruction;
}

static bool of_kernel(const struct instruction *instruction)
{
	return strcmp(image_name(instruction->function->image), "kernel") == 0;
}

/* Before the kernel runs there are its first instructions, amid those of firmware and loader. */
static bool wanted(const struct instruction *instruction)
{
	if (plugin.kernel_only)
		return of_kernel(instruction);
	return plugin.kernel_runs || instruction->function->address != 0;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
	const size_t count = qemu_plugin_tb_n_insns(block);

	(void)id;
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *given = qemu_plugin_tb_get_insn(block, i);
		const uint64_t address = qemu_plugin_insn_vaddr(given);
		const size_t size = qemu_plugin_insn_size(given);
		struct instruction *instruction;

		plugin.kernel_runs |= address >> 63;
		if (size > INSTRUCTION_BYTES_MAX)
			continue;
		instruction = find(address, qemu_plugin_insn_haddr(given),
		                   qemu_plugin_insn_data(given), size);
		if (!wanted(instruction))
			continue;
		qemu_plugin_register_vcpu_insn_exec_cb(given, executed, QEMU_PLUGIN_NO_REGISTERS,
		                                       instruction);
		if (plugin.kernel_only)
			continue;
		qemu_plugin_register_vcpu_mem_cb(given, accessed, QEMU_PLUGIN_NO_REGISTERS,
		                                 QEMU_PLUGIN_READ | QEMU_PLUGIN_WRITE, NULL);
	}
}

/* ---- from start to end ---- */

static void write_covered(void)
{
	for (unsigned i = 0; i < BUCKETS; i++)
		for (const struct known *known = plugin.buckets[i]; known; known = known->next)
			if (known->instruction.executed && of_kernel(&known->instruction))
				fprintf(plugin.out, "covered %lx\n",
				        (unsigned long)known->instruction.address);
}

static void ended(qemu_plugin_id_t id, void *data)
{
	(void)id, (void)data;
	if (plugin.pending)
		count(plugin.pending);
	stretch_end(&plugin.stretch);
	if (plugin.pending)
		timeline_end(&plugin.timeline, plugin.pending, plugin.stacks.current);
	if (plugin.whole) {
		samples_end(&plugin.samples);
		for (const char *letter = "whole 1"; *letter; letter++)
			samples_name(&plugin.samples, *letter);
		samples_report(&plugin.samples);
	}
	stretch_write(&plugin.stretch, plugin.out);
	write_covered();
	fclose(plugin.out);
}

static const char *argument(int argc, char **argv, const char *name)
{
	const size_t size = strlen(name);

	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], name, size) == 0 && argv[i][size] == '=')
			return argv[i] + size + 1;
	return NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	const char *out = argument(argc, argv, "out");

	(void)info;
	if (argument(argc, argv, "probe"))
		_Exit(STATUS_PROBED);
	plugin.out = out ? fopen(out, "we") : NULL;
	if (!plugin.out) {
		fprintf(stderr, "counting plugin: can't write '%s'\n", out ? out : "out=FILE");
		return 1;
	}
	plugin.whole = argument(argc, argv, "whole") != NULL;
	plugin.images = images_open(argument(argc, argv, "images"));
	plugin.kernel_only = argument(argc, argv, "kernel") != NULL;
	plugin.syscall_entry = images_symbol(plugin.images, "kernel", "syscall_entry");
	plugin.trap_stubs = images_symbol(plugin.images, "kernel", "trap_stubs");
	timeline_init(&plugin.timeline, argument(argc, argv, "timeline") ? plugin.out : NULL);
	samples_init(&plugin.samples, plugin.out);
	stretch_init(&plugin.stretch, images_symbol(plugin.images, "kernel", "machine_audit"));
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, ended, NULL);
	return 0;
}
