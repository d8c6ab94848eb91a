/* SPDX-License-Identifier: MIT */
/*
 * What libcapos-posix needs of the component it runs in: everything below POSIX.
 *
 * This is the only door to sessions, memory and time. On capOS native.c answers it through the
 * framework (repos/base); host tests link a fake, and tests/posix/native_linux.c lets ported
 * programs run on the development machine. Nothing in posix/ includes a header of the framework but
 * native.c and start.c.
 *
 * The functions are called by the program's own threads, all of them but those on threads and the
 * time with the lock held. None of them may use musl beyond its string functions: the program's
 * malloc and errno are on the other side of this library.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/status.h>

enum { NATIVE_PAGE_SIZE = 4096 };

enum native_access {
	NATIVE_ACCESS_NONE = 0,
	NATIVE_ACCESS_READ = 1,
	NATIVE_ACCESS_WRITE = 2,   /* implies reading */
	NATIVE_ACCESS_EXECUTE = 4, /* never together with writing */
};

/* Zeroed, writable memory of `size` bytes (whole pages) at a place of the component's choice. */
enum status native_pages_alloc(size_t size, void **out_base);
/* Gives back pages of an earlier allocation, all or part of them. */
enum status native_pages_free(void *base, size_t size);
/* Changes what may be done with pages of an earlier allocation. */
enum status native_pages_protect(void *base, size_t size, enum native_access access);

/* Appends all such pages to the pieces, for a fork; ERR_OUT_OF_RAM. */
struct memory_pieces;
enum status native_pages_list(struct memory_pieces *pieces);

/*
 * Memory apart from addresses: an object of `size` bytes (whole pages), zeroed, charged in full; and
 * pieces of it at addresses of the caller's choice, where nothing else is. A piece is unmapped as a
 * whole.
 */
enum status native_memory_create(size_t size, uint64_t *out_memory);
void native_memory_destroy(uint64_t memory);
enum status native_memory_map(uint64_t memory, size_t offset, void *at, size_t size,
                              enum native_access access);
void native_memory_unmap(void *at, size_t size);

/*
 * The library's own heap, apart from the program's. Memory comes zeroed; NULL when there is none.
 */
void *native_heap_alloc(size_t size);
void native_heap_free(void *memory);

/* Text of any length to the LOG session; a line ends where the text has a newline. */
void native_log_write(const char *text, size_t size);

/*
 * The content of ROM `name`, readable until closed. Refused: ERR_DENIED, and what the budget says.
 */
enum status native_rom_open(const char *name, const void **out_base, size_t *out_size);
void native_rom_close(const char *name, const void *base);

/*
 * A File_system session: `size` bytes at `base` that are shared with the server, which is not
 * trusted. A submit comes back in time or not at all: after any refusal the session is of no use.
 */
struct native_file_system {
	uint8_t *base;
	size_t size;
	bool writable; /* what changes something is worth a try */
	uint64_t session;
	uint64_t memory;
	uint32_t id;
};

enum status native_file_system_open(const char *label, struct native_file_system *out_session);
enum status native_file_system_submit(struct native_file_system *session, uint32_t count);
void native_file_system_close(struct native_file_system *session);

/*
 * A Terminal session. Nothing waits: after a read or write of less than there was room for the service
 * thread is told when there is more, and calls terminals_changed (fs/terminal.h).
 */
struct native_terminal {
	uint64_t session;
	uint32_t id;
};

enum status native_terminal_open(const char *label, struct native_terminal *out_terminal);
enum status native_terminal_read(struct native_terminal *terminal, void *buffer, size_t size,
                                 size_t *out_size);
enum status native_terminal_write(struct native_terminal *terminal, const void *bytes, size_t size,
                                  size_t *out_taken);
void native_terminal_close(struct native_terminal *terminal);
/* The service thread is to call it at this time as well, at the latest. */
void native_service_wake_at(uint64_t time_ns);

/* The component's configuration: an encoded message of posix/interface/posix_config.capnp. */
enum status native_config(const void **out_base, size_t *out_size);

/* Nanoseconds since boot, never backwards. */
uint64_t native_time_ns(void);

/* ---- threads -------------------------------------------------------------------------------- */

/* One of the component's threads. */
struct native_thread;

/* The one the component was started with. */
struct native_thread *native_thread_main(void);
/* A new one, which calls entry(argument) on the stack that ends at `stack`, without the lock. */
enum status native_thread_create(void *stack, void (*entry)(void *argument), void *argument,
                                 struct native_thread **out_thread);
/*
 * The end of the calling thread, which holds the lock. It leaves its stack, calls last(argument)
 * (which may free the stack), gives up the lock, and is gone; so is `self`.
 */
_Noreturn void native_thread_exit(struct native_thread *self, void (*last)(void *argument),
                                  void *argument);
/*
 * Waits for native_thread_unpark, which may have come before: one is remembered. 0: no deadline,
 * else ERR_TIMEOUT from native_time_ns() on. The lock must not be held.
 */
enum status native_thread_park(struct native_thread *self, uint64_t deadline_ns);
void native_thread_unpark(struct native_thread *thread);

/* Lets other threads go first. */
void native_thread_yield(struct native_thread *self);

/* The one lock of this library; its state and all functions here are the holder's alone. */
void native_lock(struct native_thread *self);
void native_unlock(struct native_thread *self);

/* ---- chance, end ---------------------------------------------------------------------------- */

/* Unpredictable bytes; ERR_UNSUPPORTED where there is no source of them. */
enum status native_random(void *buffer, size_t size);

/* Tells the parent, and ends the component. */
_Noreturn void native_exit(int code);
