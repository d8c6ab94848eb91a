/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <native.h>

#include "native_fake.h"

struct native_fake fake;

void native_fake_reset(void)
{
	fake = (struct native_fake){.heap_left = -1, .time_ns = 5000000000, .random = true};
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

void *native_heap_alloc(size_t size)
{
	if (fake.heap_left == 0)
		return NULL;
	if (fake.heap_left > 0)
		fake.heap_left--;
	fake.heap_blocks++;
	void *memory = malloc(size);
	if (memory)
		memset(memory, 0xa5, size); /* nothing may rely on zeros */
	return memory;
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

enum status native_sleep_until(uint64_t deadline_ns)
{
	if (fake.time_ns < deadline_ns)
		fake.time_ns = deadline_ns;
	return OK;
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
	longjmp(fake.exit, 1);
}
