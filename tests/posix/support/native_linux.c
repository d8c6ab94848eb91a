/* SPDX-License-Identifier: MIT */
/*
 * native.h on the development machine: lets ported programs, linked with musl and libcapos-posix as
 * for capOS, run as static Linux programs, so that host tests can try them.
 *
 *     PROGRAM CONFIGURATION DIRECTORY
 *
 * CONFIGURATION is a file with the encoded message; ROM `name` is the file DIRECTORY/name; the log
 * is Linux's standard output. Only this file makes system calls of Linux.
 */
#include <native.h>
#include <process/start.h>

enum {
	LINUX_WRITE = 1,
	LINUX_OPEN = 2,
	LINUX_LSEEK = 8,
	LINUX_MMAP = 9,
	LINUX_MPROTECT = 10,
	LINUX_MUNMAP = 11,
	LINUX_CLOSE = 3,
	LINUX_NANOSLEEP = 35,
	LINUX_CLOCK_GETTIME = 228,
	LINUX_EXIT_GROUP = 231,
	LINUX_GETRANDOM = 318,
};

enum { SECOND_NS = 1000000000, PATH_SIZE = 4096 };

struct linux_time {
	int64_t seconds;
	int64_t nanoseconds;
};

/* where the configuration and the ROMs are: the program's arguments */
static const char *configuration;
static const char *directory;

_Noreturn void __capos_linux_start(const uintptr_t *stack);

__asm__(".globl _start\n"
        "_start:\n"
        "	xor %ebp, %ebp\n"
        "	mov %rsp, %rdi\n"
        "	and $-16, %rsp\n"
        "	call __capos_linux_start\n");

static long linux_call(long number, long a, long b, long c, long d, long e)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = 0;
	long result;

	__asm__ volatile("syscall"
	                 : "=a"(result)
	                 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
	                 : "rcx", "r11", "memory");
	return result;
}

enum status native_pages_alloc(size_t size, void **out_base)
{
	const long base = linux_call(LINUX_MMAP, 0, (long)size, 3, 0x22, -1);

	if (base < 0)
		return ERR_OUT_OF_RAM;
	*out_base = (void *)(uintptr_t)base;
	return OK;
}

enum status native_pages_free(void *base, size_t size)
{
	return linux_call(LINUX_MUNMAP, (long)(uintptr_t)base, (long)size, 0, 0, 0) == 0
	               ? OK
	               : ERR_BAD_ARG;
}

enum status native_pages_protect(void *base, size_t size, enum native_access access)
{
	return linux_call(LINUX_MPROTECT, (long)(uintptr_t)base, (long)size, access, 0, 0) == 0
	               ? OK
	               : ERR_BAD_ARG;
}

/* A heap for tests: whole pages, a word in front for the size. */
void *native_heap_alloc(size_t size)
{
	enum { HEADER_SIZE = 64 };
	void *base;

	if (native_pages_alloc(size + HEADER_SIZE, &base) != OK)
		return NULL;
	*(size_t *)base = size + HEADER_SIZE;
	return (uint8_t *)base + HEADER_SIZE;
}

void native_heap_free(void *memory)
{
	enum { HEADER_SIZE = 64 };

	if (memory) {
		void *base = (uint8_t *)memory - HEADER_SIZE;
		(void)native_pages_free(base, *(size_t *)base); /* it was allocated so */
	}
}

void native_log_write(const char *text, size_t size)
{
	while (size > 0) {
		const long done =
			linux_call(LINUX_WRITE, 1, (long)(uintptr_t)text, (long)size, 0, 0);
		if (done <= 0)
			return;
		text += done;
		size -= (size_t)done;
	}
}

static enum status file_map(const char *path, const void **out_base, size_t *out_size)
{
	const long file = linux_call(LINUX_OPEN, (long)(uintptr_t)path, 0, 0, 0, 0);
	if (file < 0)
		return ERR_DENIED;

	const long size = linux_call(LINUX_LSEEK, file, 0, 2, 0, 0);
	const long base = linux_call(LINUX_MMAP, 0, size + 1, 1, 2, file);
	(void)linux_call(LINUX_CLOSE, file, 0, 0, 0, 0); /* the mapping stays */
	if (size < 0 || base < 0)
		return ERR_DENIED;
	*out_base = (const void *)(uintptr_t)base;
	*out_size = (size_t)size;
	return OK;
}

enum status native_rom_open(const char *name, const void **out_base, size_t *out_size)
{
	char path[PATH_SIZE];
	size_t size = 0;

	for (const char *from = directory; *from && size < sizeof path - 1; from++)
		path[size++] = *from;
	path[size < sizeof path - 1 ? size++ : size] = '/';
	for (const char *from = name; *from && size < sizeof path - 1; from++)
		path[size++] = *from;
	path[size] = '\0';
	return file_map(path, out_base, out_size);
}

void native_rom_close(const char *name, const void *base)
{
	(void)name;
	(void)base; /* mapped until the program ends */
}

enum status native_config(const void **out_base, size_t *out_size)
{
	return file_map(configuration, out_base, out_size);
}

uint64_t native_time_ns(void)
{
	struct linux_time time;

	(void)linux_call(LINUX_CLOCK_GETTIME, 1, (long)(uintptr_t)&time, 0, 0, 0); /* cannot fail */
	return (uint64_t)time.seconds * SECOND_NS + (uint64_t)time.nanoseconds;
}

enum status native_sleep_until(uint64_t deadline_ns)
{
	const uint64_t now_ns = native_time_ns();
	if (deadline_ns <= now_ns)
		return OK;

	const struct linux_time time = {.seconds = (int64_t)((deadline_ns - now_ns) / SECOND_NS),
	                                .nanoseconds =
	                                        (int64_t)((deadline_ns - now_ns) % SECOND_NS)};
	return linux_call(LINUX_NANOSLEEP, (long)(uintptr_t)&time, 0, 0, 0, 0) == 0 ? OK
	                                                                            : ERR_CANCELLED;
}

enum status native_random(void *buffer, size_t size)
{
	return linux_call(LINUX_GETRANDOM, (long)(uintptr_t)buffer, (long)size, 0, 0, 0) ==
	                       (long)size
	               ? OK
	               : ERR_UNSUPPORTED;
}

_Noreturn void native_exit(int code)
{
	for (;;)
		(void)linux_call(LINUX_EXIT_GROUP, code, 0, 0, 0, 0); /* does not return */
}

_Noreturn void __capos_linux_start(const uintptr_t *stack)
{
	if (stack[0] != 3)
		native_exit(2);
	configuration = (const char *)stack[2];
	directory = (const char *)stack[3];
	posix_start();
}
