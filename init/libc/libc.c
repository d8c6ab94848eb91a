/* SPDX-License-Identifier: MIT */
#include "libc.h"

#include <base/log.h>
#include <elf.h>
#include <errno.h>
#include <kernel/client.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "pages.h"

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*loader_fini)(void));
long __capos_syscall(long number, long a, long b, long c, long d, long e, long f);

extern const Elf64_Ehdr __ehdr_start;

static struct { /* musl has no place to pass it along */
	struct env *env;
	int (*run)(struct env *env);
	struct pages pages;
} libc;

/* ---- memory ---- */

static enum status create(void *self, size_t size, void **out_base, cap_t *out_memory)
{
	struct env *env = self;
	const struct charge_create_memory_params params = {.size = size};
	struct charge_create_memory_results made;
	enum status status = charge_create_memory(&env->ipc, env->account, &params, &made);

	if (status != OK)
		return status;

	const struct region_attach attach = {.memory = made.memory, .size = size, .write = true};

	status = region_attach(&env->regions, &attach, out_base);
	if (status == OK)
		*out_memory = made.memory;
	else
		ipc_drop(&env->ipc, made.memory);
	return status;
}

static void destroy(void *self, void *base, size_t size, cap_t memory)
{
	struct env *env = self;

	region_detach(&env->regions, base, size);
	ipc_drop(&env->ipc, memory);
}

static size_t pages_of(size_t size)
{
	return size / PAGES_BYTES + (size % PAGES_BYTES != 0);
}

static long map(size_t size, long flags)
{
	void *base;

	if (!(flags & MAP_ANONYMOUS) || (flags & MAP_FIXED))
		return -ENOSYS;
	return pages_take(&libc.pages, pages_of(size), &base) == OK ? (long)base : -ENOMEM;
}

static long unmap(void *base, size_t size)
{
	return pages_give(&libc.pages, base, pages_of(size)) == OK ? 0 : -EINVAL;
}

static long write_vector(const struct iovec *parts, int count)
{
	long written = 0;

	for (int i = 0; i < count; i++) {
		log_text(libc.env, parts[i].iov_base, parts[i].iov_len);
		written += (long)parts[i].iov_len;
	}
	return written;
}

long __capos_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	(void)e, (void)f;
	switch (number) {
	case SYS_mmap: return map((size_t)b, d);
	case SYS_munmap: return unmap((void *)a, (size_t)b);
	case SYS_mprotect: return 0; /* what was mapped is readable and writable, and stays so */
	case SYS_writev:
		return a == 1 || a == 2 ? write_vector((const struct iovec *)b, (int)c) : -EBADF;
	case SYS_set_tid_address: return 1;
	case SYS_exit:
	case SYS_exit_group: env_exit(libc.env, (int)a);
	default: return -ENOSYS;
	}
}

static int main_function(int argc, char **argv, char **environment)
{
	(void)argc, (void)argv, (void)environment;
	return libc.run(libc.env);
}

int libc_run(struct env *env, int (*run)(struct env *env))
{
	static uint64_t seed[2] = {0x6361704f53696e69, 0x7420736565642121};
	static char name[] = "init";
	/* argc is passed; then arguments, environment and auxiliary vector, as System V has it */
	static void *vector[16];
	unsigned at = 0;

	libc.env = env;
	libc.run = run;
	libc.pages.source =
		(struct pages_source){.self = env, .create = create, .destroy = destroy};
	vector[at++] = name;
	vector[at++] = NULL;
	vector[at++] = NULL;
	vector[at++] = (void *)AT_PHDR;
	vector[at++] = (void *)((uintptr_t)&__ehdr_start + __ehdr_start.e_phoff);
	vector[at++] = (void *)AT_PHNUM;
	vector[at++] = (void *)(uintptr_t)__ehdr_start.e_phnum;
	vector[at++] = (void *)AT_PHENT;
	vector[at++] = (void *)(uintptr_t)__ehdr_start.e_phentsize;
	vector[at++] = (void *)AT_PAGESZ;
	vector[at++] = (void *)4096ul;
	vector[at++] = (void *)AT_RANDOM;
	vector[at++] = seed;
	vector[at++] = NULL;
	vector[at++] = NULL;
	return __libc_start_main(main_function, 1, (char **)vector, NULL, NULL, NULL);
}
