/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <memory/pieces.h>
#include <native_process.h>
#include <process/family.h>
#include <vfs/file_system.h>

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

/* ---- processes ------------------------------------------------------------------------------ */

static char child_mark;

enum status native_service_start(void)
{
	return OK;
}

enum status native_child_fork(const struct native_fork *fork, struct native_child **out_child)
{
	fake.forked_memories = fork->pieces->memory_count;
	fake.forked_pieces = fork->pieces->count;
	return native_child_create(&fork->spawn, out_child);
}

/* The clones that a parent would have made. */
enum status native_fork_restore(struct memory_pieces *pieces)
{
	enum status status = OK;

	for (uint32_t i = 0; i < pieces->memory_count && status == OK; i++)
		status =
			native_memory_create(pieces->memories[i].size, &pieces->memories[i].native);
	return status;
}

enum status native_pages_list(struct memory_pieces *pieces)
{
	(void)pieces;
	return OK;
}

enum status native_child_create(const struct native_spawn *spawn, struct native_child **out_child)
{
	if (fake.child_status != OK)
		return fake.child_status;
	if (spawn->birth_size > sizeof fake.birth)
		abort();
	memcpy(fake.birth, spawn->birth, spawn->birth_size);
	fake.birth_size = spawn->birth_size;
	fake.children++;
	*out_child = (struct native_child *)&child_mark;
	return OK;
}

void native_child_destroy(struct native_child *child)
{
	if (!child)
		abort();
	fake.children--;
}

void native_child_wake(struct native_child *child)
{
	(void)child;
	fake.child_news++;
}

bool native_spawned(void)
{
	return fake.spawned_as;
}

enum status spawner_birth(const void **out_message, size_t *out_size)
{
	*out_message = fake.birth;
	*out_size = fake.birth_size;
	return fake.spawned_as ? OK : ERR_UNSUPPORTED;
}

void spawner_news(struct spawner_news *out_news)
{
	family_news(fake.spawned_as, out_news);
}

void spawner_stop(int signal)
{
	fake.stop = signal;
}

void spawner_end(int status, bool stays)
{
	(void)stays;
	fake.spawned_over = true;
	fake.spawned_status = status;
}

pid_t spawner_identify(void)
{
	return 1000;
}

int spawner_kill(pid_t process, int signal)
{
	return family_kill_from(fake.spawned_as, process, signal);
}

void spawner_join(pid_t group, pid_t session)
{
	family_join(fake.spawned_as, group, session);
}

ssize_t spawner_read(uint32_t file, void *buffer, size_t size, off_t offset)
{
	return family_read(fake.spawned_as, file, buffer, size, offset);
}

ssize_t spawner_write(uint32_t file, const void *buffer, size_t size, off_t offset)
{
	return family_write(fake.spawned_as, file, buffer, size, offset);
}

off_t spawner_seek(uint32_t file, off_t offset, int whence)
{
	return family_seek(fake.spawned_as, file, offset, whence);
}

int spawner_ready(uint32_t file)
{
	return family_ready(fake.spawned_as, file);
}

int spawner_status(uint32_t file, struct spawner_status *out_status)
{
	return family_status(fake.spawned_as, file, out_status);
}

int spawner_control(uint32_t file, unsigned long request, void *argument, size_t size)
{
	return family_control(fake.spawned_as, file, request, argument, size);
}

int spawner_truncate(uint32_t file, off_t size)
{
	return family_truncate(fake.spawned_as, file, size);
}

int spawner_set_mode(uint32_t file, mode_t mode)
{
	return family_set_mode(fake.spawned_as, file, mode);
}

int spawner_set_time(uint32_t file, uint64_t modified_ns)
{
	return family_set_time(fake.spawned_as, file, modified_ns);
}

void spawner_close(uint32_t file)
{
	if (fake.spawned_as)
		family_close(fake.spawned_as, file);
}

long spawner_lookup(uint32_t directory, const char *name, struct spawner_status *out_status)
{
	return family_lookup(fake.spawned_as, directory, name, out_status);
}

int spawner_create(uint32_t directory, const char *name, mode_t mode)
{
	return family_create(fake.spawned_as, directory, name, mode);
}

int spawner_link(uint32_t directory, const char *name, const char *target)
{
	return family_link(fake.spawned_as, directory, name, target);
}

int spawner_target(uint32_t file, char *target, size_t size)
{
	const char *to;

	const int error = family_target(fake.spawned_as, file, &to);
	if (error || strlen(to) >= size)
		return error ? error : -ENAMETOOLONG;
	strcpy(target, to);
	return 0;
}

int spawner_remove(uint32_t directory, const char *name, bool folder)
{
	return family_delete(fake.spawned_as, directory, name, folder);
}

int spawner_rename(uint32_t directory, const char *name, uint32_t to, const char *new_name)
{
	return family_rename(fake.spawned_as, directory, name, to, new_name);
}

int spawner_list(uint32_t directory, uint64_t *cookie, struct directory_entry *out_entry)
{
	return family_list(fake.spawned_as, directory, cookie, out_entry);
}

/* ---- File_system sessions ------------------------------------------------------------------- */

enum status native_terminal_open(const char *label, struct native_terminal *out_terminal)
{
	(void)out_terminal;
	return strcmp(label, "none") == 0 ? ERR_DENIED : OK;
}

enum status native_terminal_read(struct native_terminal *terminal, void *buffer, size_t size,
                                 size_t *out_size)
{
	const size_t typed = strlen(fake.typed);

	(void)terminal;
	*out_size = size < typed ? size : typed;
	memcpy(buffer, fake.typed, *out_size);
	fake.typed += *out_size;
	return OK;
}

enum status native_terminal_write(struct native_terminal *terminal, const void *bytes, size_t size,
                                  size_t *out_taken)
{
	(void)terminal;
	*out_taken = size < fake.screen_room ? size : fake.screen_room;
	memcpy(fake.screen + fake.screen_size, bytes, *out_taken);
	fake.screen_size += *out_taken;
	fake.screen_room -= *out_taken;
	return OK;
}

void native_terminal_close(struct native_terminal *terminal)
{
	(void)terminal;
}

void native_service_wake_at(uint64_t time_ns)
{
	fake.wake_at_ns = time_ns;
}

enum status native_file_system_open(const char *label, struct native_file_system *out_session)
{
	if (!fake.serve || strcmp(label, "none") == 0)
		return ERR_DENIED;
	*out_session = (struct native_file_system){
		.base = fake.shared, .size = fake.shared_size, .writable = !fake.read_only};
	return OK;
}

enum status native_file_system_submit(struct native_file_system *session, uint32_t count)
{
	(void)session;
	return fake.serve(count) == 0 ? OK : ERR_GONE;
}

void native_file_system_close(struct native_file_system *session)
{
	*session = (struct native_file_system){0};
}
