/* SPDX-License-Identifier: MIT */
/*
 * IO_MEM test: starts the HPET's counter and sees it count; tries to get RAM,
 * the interrupt controllers, and what another session holds.
 */
#include <base/entrypoint.h>
#include <base/log.h>
#include <io_mem_session/client.h>
#include <kernel/client.h>
#include <test/check.h>

enum { PAGE = 4096, ARGS_SIZE = 64 };

#define HPET              0xfed00000ul
#define LOCAL_APIC        0xfee00000ul
#define IO_APIC           0xfec00000ul
#define SPIN_MAX          10000000u
#define FEMTOSECONDS_10NS 10000000ul

/* Registers of the HPET (IA-PC HPET specification 1.0a, chapter 2), in words of 64 bits. */
enum { HPET_IDENTITY = 0, HPET_CONFIGURATION = 0x10 / 8, HPET_COUNTER = 0xf0 / 8, HPET_ENABLE = 1 };

struct test {
	struct check check;
};

static enum status open(struct test *test, uint64_t address, uint64_t size,
                        struct session *out_session)
{
	const struct io_mem_args args = {.address = address, .size = size};
	_Alignas(8) char segment[ARGS_SIZE];
	uint32_t used;
	const enum status status = io_mem_args_encode(&args, segment, sizeof(segment), &used);
	const struct session_request request = {
		.service = "IO_MEM", .args = segment, .args_size = used};

	return status == OK ? session_open(test->check.env, &request, out_session) : status;
}

static void check_range(struct test *test, const char *what, uint64_t address, uint64_t size,
                        enum status wanted)
{
	struct session session;
	const enum status status = open(test, address, size, &session);

	check_status(&test->check, what, status, wanted);
	if (status == OK)
		session_close(test->check.env, &session);
}

static void check_refusals(struct test *test)
{
	const struct session_request nothing = {.service = "IO_MEM"};
	struct session session;

	check_status(&test->check, "no range", session_open(test->check.env, &nothing, &session),
	             ERR_BAD_ARG);
	check_range(test, "a range of no size", HPET, 0, ERR_BAD_ARG);
	check_range(test, "half a page", HPET, PAGE / 2, ERR_BAD_ARG);
	check_range(test, "an odd address", HPET + 8, PAGE, ERR_BAD_ARG);
	check_range(test, "a range that wraps", -(uint64_t)PAGE, 2 * PAGE, ERR_BAD_ARG);
	check_range(test, "what no address bus has", 1ul << 52, PAGE, ERR_BAD_ARG);
	check_range(test, "RAM", 0x200000, PAGE, ERR_DENIED);
	check_range(test, "the kernel", 0x100000, PAGE, ERR_DENIED);
	check_range(test, "a range that begins in RAM", 0x3fff000, 64ul << 20, ERR_DENIED);
	check_range(test, "the CPU's interrupt controller", LOCAL_APIC, PAGE, ERR_DENIED);
	check_range(test, "the other interrupt controller", IO_APIC - PAGE, 2 * PAGE, ERR_DENIED);
	check_range(test, "everything", 0, 1ul << 40, ERR_DENIED);
}

static void check_counter(struct test *test, volatile uint64_t *hpet)
{
	struct check *check = &test->check;
	uint64_t first, second, spins = 0;

	check_equal(check, "femtoseconds of a tick", hpet[HPET_IDENTITY] >> 32, FEMTOSECONDS_10NS);
	first = hpet[HPET_COUNTER];
	check_that(check, "the counter stands", hpet[HPET_COUNTER] == first);
	hpet[HPET_CONFIGURATION] |= HPET_ENABLE;
	do
		second = hpet[HPET_COUNTER];
	while (second == first && ++spins < SPIN_MAX);
	check_that(check, "the counter counts", second > first);
	hpet[HPET_CONFIGURATION] &= ~(uint64_t)HPET_ENABLE;
}

static bool attach(struct test *test, cap_t memory, void **out_base)
{
	const struct region_attach region = {.memory = memory, .size = PAGE, .write = true};

	return check_status(&test->check, "its mapping",
	                    region_attach(&test->check.env->regions, &region, out_base), OK);
}

int component_main(struct env *env)
{
	struct test test = {.check = {.env = env}};
	struct check *check = &test.check;
	struct io_mem_dataspace_results results;
	struct session hpet;
	void *base;

	check_refusals(&test);
	if (!check_status(check, "the HPET", open(&test, HPET, PAGE, &hpet), OK) ||
	    !check_status(check, "its memory", io_mem_dataspace(&env->ipc, hpet.cap, &results),
	                  OK) ||
	    !attach(&test, results.memory, &base))
		return 2;
	check_counter(&test, base);
	check_range(&test, "the HPET twice", HPET, PAGE, ERR_DENIED);
	check_range(&test, "a range around it", HPET - PAGE, 3 * PAGE, ERR_DENIED);
	check_range(&test, "the range behind it", HPET + PAGE, PAGE, OK);
	region_detach(&env->regions, base, PAGE);
	session_close(env, &hpet);
	check_status(check, "attaching it when the session is closed",
	             region_attach(&env->regions,
	                           &(struct region_attach){.memory = results.memory, .size = PAGE},
	                           &base),
	             ERR_GONE);
	check_range(&test, "the HPET again", HPET, PAGE, OK);
	return check_result(check);
}
