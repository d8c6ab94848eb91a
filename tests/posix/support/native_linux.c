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
#include <stdatomic.h>

#include <native_process.h>
#include <process/spawner.h>
#include <process/start.h>

enum {
	LINUX_WRITE = 1,
	LINUX_OPEN = 2,
	LINUX_LSEEK = 8,
	LINUX_MMAP = 9,
	LINUX_MPROTECT = 10,
	LINUX_MUNMAP = 11,
	LINUX_CLOSE = 3,
	LINUX_SCHED_YIELD = 24,
	LINUX_FTRUNCATE = 77,
	LINUX_MEMFD_CREATE = 319,
	LINUX_EXIT = 60,
	LINUX_FUTEX = 202,
	LINUX_CLOCK_GETTIME = 228,
	LINUX_EXIT_GROUP = 231,
	LINUX_GETRANDOM = 318,
};

enum { SECOND_NS = 1000000000, PATH_SIZE = 4096, EXIT_STACK_WORDS = 2048 };

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

/* The one call with six arguments. */
static long linux_mmap(long at, long size, long access, long flags, long file, long offset)
{
	register long r10 __asm__("r10") = flags;
	register long r8 __asm__("r8") = file;
	register long r9 __asm__("r9") = offset;
	long result;

	__asm__ volatile("syscall"
	                 : "=a"(result)
	                 : "a"(LINUX_MMAP), "D"(at), "S"(size), "d"(access), "r"(r10), "r"(r8),
	                   "r"(r9)
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

enum status native_memory_create(size_t size, uint64_t *out_memory)
{
	const long file = linux_call(LINUX_MEMFD_CREATE, (long)(uintptr_t) "memory", 0, 0, 0, 0);

	if (file < 0)
		return ERR_OUT_OF_CAPS;
	*out_memory = (uint64_t)file;
	return linux_call(LINUX_FTRUNCATE, file, (long)size, 0, 0, 0) == 0 ? OK : ERR_OUT_OF_RAM;
}

void native_memory_destroy(uint64_t memory)
{
	(void)linux_call(LINUX_CLOSE, (long)memory, 0, 0, 0, 0); /* it is open */
}

enum status native_memory_map(uint64_t memory, size_t offset, void *at, size_t size,
                              enum native_access access)
{
	enum { SHARED_FIXED = 0x11 };

	return linux_mmap((long)(uintptr_t)at, (long)size, access, SHARED_FIXED, (long)memory,
	                  (long)offset) == (long)(uintptr_t)at
	               ? OK
	               : ERR_OUT_OF_RAM;
}

void native_memory_unmap(void *at, size_t size)
{
	(void)linux_call(LINUX_MUNMAP, (long)(uintptr_t)at, (long)size, 0, 0, 0); /* it is there */
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

/* ---- threads ---- */

struct native_thread {
	_Atomic uint32_t parked; /* 1: a wake that nobody has waited for yet */
	_Atomic uint32_t ended;
	struct native_thread *next; /* in the dead */
	uint64_t stack[EXIT_STACK_WORDS];
};

static struct native_thread main_thread;
static struct native_thread *dead;
static _Atomic uint32_t lock; /* 2: others wait */

static long futex(_Atomic uint32_t *word, long operation, uint32_t value,
                  const struct linux_time *timeout)
{
	return linux_call(LINUX_FUTEX, (long)(uintptr_t)word, operation, value,
	                  (long)(uintptr_t)timeout, 0);
}

struct native_thread *native_thread_main(void)
{
	return &main_thread;
}

/* long clone_thread(flags, stack, ended): the child pops its entry and argument */
long __capos_linux_clone(long flags, void *stack, _Atomic uint32_t *ended);
__asm__(".globl __capos_linux_clone\n"
        "__capos_linux_clone:\n"
        "	mov %rdx, %r10\n"
        "	xor %edx, %edx\n"
        "	xor %r8d, %r8d\n"
        "	mov $56, %eax\n"
        "	syscall\n"
        "	test %rax, %rax\n"
        "	jnz 1f\n"
        "	xor %ebp, %ebp\n"
        "	pop %rax\n"
        "	pop %rdi\n"
        "	call *%rax\n"
        "	ud2\n"
        "1:	ret\n");

enum status native_thread_create(void *stack, void (*entry)(void *argument), void *argument,
                                 struct native_thread **out_thread)
{
	enum { FLAGS = 0x310f00 }; /* VM FS FILES SIGHAND THREAD, CHILD_CLEARTID */
	uintptr_t *top = stack;

	for (struct native_thread **at = &dead; *at;) {
		struct native_thread *ended = *at;
		if (ended->ended) {
			at = &ended->next;
			continue;
		}
		*at = ended->next;
		native_heap_free(ended);
	}
	struct native_thread *thread = native_heap_alloc(sizeof *thread);
	if (!thread)
		return ERR_OUT_OF_RAM;
	thread->parked = 0;
	thread->ended = 1; /* cleared by Linux */
	*--top = (uintptr_t)argument;
	*--top = (uintptr_t)entry;
	*out_thread = thread;
	if (__capos_linux_clone(FLAGS, top, &thread->ended) < 0) {
		native_heap_free(thread);
		return ERR_OUT_OF_RAM;
	}
	return OK;
}

static _Noreturn void end_on_own_stack(struct native_thread *self, void (*last)(void *argument),
                                       void *argument)
{
	last(argument);
	if (self != &main_thread) {
		self->next = dead;
		dead = self;
	}
	native_unlock(self);
	for (;;)
		(void)linux_call(LINUX_EXIT, 0, 0, 0, 0, 0); /* does not return */
}

_Noreturn void native_thread_exit(struct native_thread *self, void (*last)(void *argument),
                                  void *argument)
{
	__asm__ volatile("mov %0, %%rsp\n\t"
	                 "call *%1\n\t"
	                 "ud2"
	                 :
	                 : "r"(self->stack + EXIT_STACK_WORDS), "r"(end_on_own_stack), "D"(self),
	                   "S"(last), "d"(argument)
	                 : "memory");
	__builtin_unreachable();
}

enum status native_thread_park(struct native_thread *self, uint64_t deadline_ns)
{
	while (!atomic_exchange(&self->parked, 0)) {
		const uint64_t now_ns = native_time_ns();
		if (deadline_ns && now_ns >= deadline_ns)
			return ERR_TIMEOUT;
		const struct linux_time left = {
			.seconds = (int64_t)((deadline_ns - now_ns) / SECOND_NS),
			.nanoseconds = (int64_t)((deadline_ns - now_ns) % SECOND_NS)};
		(void)futex(&self->parked, 128, 0, deadline_ns ? &left : NULL); /* look again */
	}
	return OK;
}

void native_thread_unpark(struct native_thread *thread)
{
	atomic_store(&thread->parked, 1);
	(void)futex(&thread->parked, 129, 1, NULL); /* nobody there: nobody to wake */
}

void native_thread_yield(struct native_thread *self)
{
	(void)self;
	(void)linux_call(LINUX_SCHED_YIELD, 0, 0, 0, 0, 0); /* cannot fail */
}

void native_lock(struct native_thread *self)
{
	uint32_t free = 0;

	(void)self;
	if (!atomic_compare_exchange_strong(&lock, &free, 1))
		while (atomic_exchange(&lock, 2))
			(void)futex(&lock, 128, 2, NULL); /* look again */
}

void native_unlock(struct native_thread *self)
{
	(void)self;
	if (atomic_exchange(&lock, 0) == 2)
		(void)futex(&lock, 129, 1, NULL); /* the one who comes first */
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

/* ---- processes: there are none here, and nothing is asked of a spawner that there is not -------- */

enum status native_service_start(void)
{
	return ERR_UNSUPPORTED;
}

enum status native_child_fork(const struct native_fork *fork, struct native_child **out_child)
{
	(void)fork, (void)out_child;
	return ERR_UNSUPPORTED;
}

enum status native_fork_restore(struct memory_pieces *pieces)
{
	(void)pieces;
	return ERR_UNSUPPORTED;
}

enum status native_pages_list(struct memory_pieces *pieces)
{
	(void)pieces;
	return OK;
}

enum status native_child_create(const struct native_spawn *spawn, struct native_child **out_child)
{
	(void)spawn, (void)out_child;
	return ERR_UNSUPPORTED;
}

void native_child_destroy(struct native_child *child)
{
	(void)child;
}

void native_child_wake(struct native_child *child)
{
	(void)child;
}

bool native_spawned(void)
{
	return false;
}

enum status spawner_birth(const void **out_message, size_t *out_size)
{
	(void)out_message, (void)out_size;
	return ERR_UNSUPPORTED;
}

void spawner_news(struct spawner_news *out_news)
{
	(void)out_news;
}

void spawner_stop(int signal)
{
	(void)signal;
}

void spawner_end(int status, bool stays)
{
	(void)status, (void)stays;
}

pid_t spawner_identify(void)
{
	return -1;
}

int spawner_kill(pid_t process, int signal)
{
	(void)process, (void)signal;
	return -1;
}

void spawner_join(pid_t group, pid_t session)
{
	(void)group, (void)session;
}

ssize_t spawner_read(uint32_t file, void *buffer, size_t size, off_t offset)
{
	(void)file, (void)buffer, (void)size, (void)offset;
	return -1;
}

ssize_t spawner_write(uint32_t file, const void *buffer, size_t size, off_t offset)
{
	(void)file, (void)buffer, (void)size, (void)offset;
	return -1;
}

off_t spawner_seek(uint32_t file, off_t offset, int whence)
{
	(void)file, (void)offset, (void)whence;
	return -1;
}

int spawner_ready(uint32_t file)
{
	(void)file;
	return -1;
}

int spawner_status(uint32_t file, struct spawner_status *out_status)
{
	(void)file, (void)out_status;
	return -1;
}

int spawner_control(uint32_t file, unsigned long request, void *argument, size_t size)
{
	(void)file, (void)request, (void)argument, (void)size;
	return -1;
}

int spawner_truncate(uint32_t file, off_t size)
{
	(void)file, (void)size;
	return -1;
}

int spawner_set_mode(uint32_t file, mode_t mode)
{
	(void)file, (void)mode;
	return -1;
}

int spawner_set_time(uint32_t file, uint64_t modified_ns)
{
	(void)file, (void)modified_ns;
	return -1;
}

void spawner_close(uint32_t file)
{
	(void)file;
}

long spawner_lookup(uint32_t folder, const char *name, struct spawner_status *out_status)
{
	(void)folder, (void)name, (void)out_status;
	return -1;
}

int spawner_create(uint32_t folder, const char *name, mode_t mode)
{
	(void)folder, (void)name, (void)mode;
	return -1;
}

int spawner_link(uint32_t folder, const char *name, const char *target)
{
	(void)folder, (void)name, (void)target;
	return -1;
}

int spawner_target(uint32_t file, char *target, size_t size)
{
	(void)file, (void)target, (void)size;
	return -1;
}

int spawner_remove(uint32_t in, const char *name, bool folder)
{
	(void)in, (void)name, (void)folder;
	return -1;
}

int spawner_rename(uint32_t folder, const char *name, uint32_t to, const char *new_name)
{
	(void)folder, (void)name, (void)to, (void)new_name;
	return -1;
}

int spawner_list(uint32_t folder, uint64_t *cookie, struct directory_entry *out_entry)
{
	(void)folder, (void)cookie, (void)out_entry;
	return -1;
}

/* ---- File_system sessions: there are none --------------------------------------------------- */

enum status native_terminal_open(const char *label, struct native_terminal *out_terminal)
{
	(void)label, (void)out_terminal;
	return ERR_DENIED;
}

enum status native_terminal_read(struct native_terminal *terminal, void *buffer, size_t size,
                                 size_t *out_size)
{
	(void)terminal, (void)buffer, (void)size, (void)out_size;
	return ERR_GONE;
}

enum status native_terminal_write(struct native_terminal *terminal, const void *bytes, size_t size,
                                  size_t *out_taken)
{
	(void)terminal, (void)bytes, (void)size, (void)out_taken;
	return ERR_GONE;
}

void native_terminal_close(struct native_terminal *terminal)
{
	(void)terminal;
}

void native_service_wake_at(uint64_t time_ns)
{
	(void)time_ns;
}

enum status native_file_system_open(const char *label, struct native_file_system *out_session)
{
	(void)label, (void)out_session;
	return ERR_DENIED;
}

enum status native_file_system_submit(struct native_file_system *session, uint32_t count)
{
	(void)session, (void)count;
	return ERR_GONE;
}

void native_file_system_close(struct native_file_system *session)
{
	(void)session;
}
