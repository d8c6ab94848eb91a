/* SPDX-License-Identifier: MIT */
/*
 * Vector: keeps a pattern of its own in all vector registers and the FS base
 * while it is preempted by its likes, and looks whether it is still there. What it
 * finds in fresh registers has to be the initial image, never another's pattern.
 */
#include <base/env.h>
#include <base/log.h>
#include <kernel/client.h>
#include <string.h>

enum { REGISTERS = 16, ROUNDS = 30, SPIN = 300000 };

struct pattern {
	uint64_t words[REGISTERS][2];
};

static void fill(struct pattern *pattern, uint64_t seed)
{
	for (unsigned i = 0; i < REGISTERS; i++) {
		pattern->words[i][0] = seed * 0x9e3779b97f4a7c15ul + i;
		pattern->words[i][1] = ~pattern->words[i][0];
	}
}

#define EACH(f) \
	f(0) f(1) f(2) f(3) f(4) f(5) f(6) f(7) f(8) f(9) f(10) f(11) f(12) f(13) f(14) f(15)
#define LOAD(n)  "movups 16*" #n "(%0), %%xmm" #n "\n\t"
#define STORE(n) "movups %%xmm" #n ", 16*" #n "(%1)\n\t"
#define NAME(n)  "xmm" #n,

/* Loads the pattern, spins without a system call until the clock has interrupted, stores what is there. */
static void hold(const struct pattern *in, struct pattern *out, uint64_t fs, uint64_t *out_fs)
{
	asm volatile("wrfsbase %3\n\t" EACH(LOAD) "mov %4, %%rcx\n"
	                                          "1:\tdec %%rcx\n\t"
	                                          "jnz 1b\n\t" EACH(STORE) "rdfsbase %2"
	             : "+r"(in), "+r"(out), "=&r"(*out_fs)
	             : "r"(fs), "i"(SPIN)
	             : "rcx", "memory", EACH(NAME) "cc");
}

/* The registers after a system call: gone, or the caller's own, but nobody else's. */
static bool foreign(const struct pattern *seen, const struct pattern *mine)
{
	for (unsigned i = 0; i < REGISTERS; i++) {
		const bool zero = seen->words[i][0] == 0 && seen->words[i][1] == 0;

		if (!zero && memcmp(seen->words[i], mine->words[i], sizeof(seen->words[i])) != 0)
			return true;
	}
	return false;
}

static void look(struct pattern *out)
{
	const void *in = out;

	asm volatile(EACH(STORE) : "+r"(in), "+r"(out) : : "memory");
}

int component_main(struct env *env)
{
	struct self_time_results time;
	struct pattern mine, seen;
	uint64_t fs;

	if (self_time(&env->ipc, CAP_NULL, &time) != OK)
		return 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		const uint64_t seed = time.now + round;

		fill(&mine, seed);
		hold(&mine, &seen, seed & 0xffffffff, &fs);
		if (memcmp(&mine, &seen, sizeof(mine)) != 0 || fs != (seed & 0xffffffff)) {
			log_line(env, "registers changed in round %u", round);
			return 1;
		}
		if (self_yield(&env->ipc, CAP_NULL) != OK)
			return 1;
		look(&seen);
		if (foreign(&seen, &mine)) {
			log_line(env, "another's registers were seen in round %u", round);
			return 1;
		}
	}
	log_line(env, "kept its registers for %u rounds", ROUNDS);
	return 0;
}
