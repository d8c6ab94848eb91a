/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <native.h>

#include "native_fake.h"

struct native_fake fake;

void native_fake_reset(void)
{
	fake = (struct native_fake){
		.heap_left = -1, .maps_left = -1, .time_ns = 5000000000, .random = true};
}

void native_fake_rom(const char *name, const void *content, size_t size)
{
	for (size_t i = 0; i < FAKE_ROMS_MAX; i++)
		if (!fake.roms[i].name) {
			fake.roms[i] =
				(struct fake_rom){.name = name, .content = content, .size = size};
			return;
		}
	abort();
}

enum status native_pages_alloc(size_t size, void **out_base)
{
	void *base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return ERR_OUT_OF_RAM;
	fake.pages += size;
	*out_base = base;
	return OK;
}

enum status native_pages_free(void *base, size_t size)
{
	if (munmap(base, size) != 0)
		return ERR_BAD_ARG;
	fake.pages -= size;
	return OK;
}

enum status native_pages_protect(void *base, size_t size, enum native_access access)
{
	return mprotect(base, size, (int)access) == 0 ? OK : ERR_BAD_ARG;
}

/* Objects are files of the development machine, so that pieces are shared and zeros are zeros. */
enum status native_memory_create(size_t size, uint64_t *out_memory)
{
	if (fake.memory_limit && size > fake.memory_limit - fake.pages)
		return ERR_OUT_OF_RAM;
	const int file = memfd_create("memory", 0);
	if (file < 0 || ftruncate(file, (off_t)size) != 0)
		abort();
	fake.objects++;
	fake.pages += size;
	*out_memory = (uint64_t)file;
	return OK;
}

void native_memory_destroy(uint64_t memory)
{
	struct stat status;

	if (fstat((int)memory, &status) != 0)
		abort();
	fake.objects--;
	fake.pages -= (size_t)status.st_size;
	close((int)memory);
}

enum status native_memory_map(uint64_t memory, size_t offset, void *at, size_t size,
                              enum native_access access)
{
	struct stat status;

	if (fstat((int)memory, &status) != 0 || offset + size > (size_t)status.st_size)
		return ERR_BAD_ARG;
	if (fake.maps_left == 0)
		return ERR_OUT_OF_RAM;
	if (fake.maps_left > 0)
		fake.maps_left--;
	if (mmap(at, size, (int)access, MAP_SHARED | MAP_FIXED_NOREPLACE, (int)memory,
	         (off_t)offset) != at)
		abort(); /* something else is there */
	return OK;
}

void native_memory_unmap(void *at, size_t size)
{
	if (munmap(at, size) != 0)
		abort();
}

void *native_heap_alloc(size_t size)
{
	if (fake.heap_left == 0)
		return NULL;
	if (fake.heap_left > 0)
		fake.heap_left--;
	fake.heap_blocks++;
	return calloc(1, size);
}

void native_heap_free(void *memory)
{
	if (memory)
		fake.heap_blocks--;
	free(memory);
}

void native_log_write(const char *text, size_t size)
{
	if (size > FAKE_LOG_SIZE - fake.log_size)
		abort();
	memcpy(fake.log + fake.log_size, text, size);
	fake.log_size += size;
}

enum status native_rom_open(const char *name, const void **out_base, size_t *out_size)
{
	for (size_t i = 0; i < FAKE_ROMS_MAX; i++)
		if (fake.roms[i].name && strcmp(fake.roms[i].name, name) == 0) {
			fake.roms[i].open_count++;
			*out_base = fake.roms[i].content;
			*out_size = fake.roms[i].size;
			return OK;
		}
	return ERR_DENIED;
}

void native_rom_close(const char *name, const void *base)
{
	for (size_t i = 0; i < FAKE_ROMS_MAX; i++)
		if (fake.roms[i].name && strcmp(fake.roms[i].name, name) == 0 &&
		    fake.roms[i].content == base)
			fake.roms[i].open_count--;
}

enum status native_config(const void **out_base, size_t *out_size)
{
	*out_base = fake.configuration;
	*out_size = fake.configuration_size;
	return fake.configuration ? OK : ERR_DENIED;
}

uint64_t native_time_ns(void)
{
	return fake.time_ns;
}

struct native_thread *native_thread_main(void)
{
	return NULL; /* there is one, and what it is nobody asks */
}

enum status native_thread_create(void *stack, void (*entry)(void *argument), void *argument,
                                 struct native_thread **out_thread)
{
	(void)stack;
	(void)entry;
	(void)argument;
	(void)out_thread;
	return ERR_OUT_OF_RAM;
}

_Noreturn void native_thread_exit(struct native_thread *self, void (*last)(void *argument),
                                  void *argument)
{
	(void)self;
	(void)last;
	(void)argument;
	abort();
}

/* Time is what passes while the one thread waits: without a deadline it would be for ever. */
enum status native_thread_park(struct native_thread *self, uint64_t deadline_ns)
{
	(void)self;
	if (fake.unparked) {
		fake.unparked = false;
		return OK;
	}
	if (!deadline_ns)
		abort();
	if (fake.time_ns < deadline_ns)
		fake.time_ns = deadline_ns;
	return ERR_TIMEOUT;
}

void native_thread_unpark(struct native_thread *thread)
{
	(void)thread;
	fake.unparked = true;
}

void native_thread_yield(struct native_thread *self)
{
	(void)self;
}

void native_lock(struct native_thread *self)
{
	(void)self;
	if (fake.locked)
		abort();
	fake.locked = true;
}

void native_unlock(struct native_thread *self)
{
	(void)self;
	if (!fake.locked)
		abort();
	fake.locked = false;
}

enum status native_random(void *buffer, size_t size)
{
	if (!fake.random)
		return ERR_UNSUPPORTED;
	memset(buffer, 4, size);
	return OK;
}

_Noreturn void native_exit(int code)
{
	fake.exit_code = code;
	fake.locked = false;
	longjmp(fake.exit, 1);
}
