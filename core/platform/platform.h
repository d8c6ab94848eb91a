/* SPDX-License-Identifier: MIT */
/*
 * Platform: the kernel's side of core's services, in one place. Failures of
 * the account are those of the session's account.
 */
#pragma once

#include "core.h"

struct io_mem_args;

/* Makes what the kernel left in core's slots an env like any component's. */
enum status platform_init_env(struct core *core, struct message_page *pages);

/* Memory of a file in the boot archive, as ReadOnly, the same for all. ERR_DENIED: no such file. */
enum status platform_rom(struct core *core, const char *name, cap_t *out_memory,
                         uint64_t *out_size);
/* All that was made for files goes. */
void platform_rom_fini(struct core *core);
/* A facet of a capability, paid by `account`. */
enum status platform_derive(struct core *core, cap_t cap, uint32_t interface, cap_t account,
                            cap_t *out_facet);
/* Whether a capability is the kernel's own object of this kind. */
bool platform_is_kernel_object(struct core *core, cap_t cap, int kind);

enum status platform_io_ports(struct core *core, cap_t account, uint16_t base, uint32_t count,
                              cap_t *out_ports);
enum status platform_irq(struct core *core, cap_t account, unsigned line, cap_t *out_irq);
enum status platform_device_memory(struct core *core, cap_t account, const struct io_mem_args *args,
                                   cap_t *out_memory);

/* Text for the console. */
void console_print(struct core *core, const char *text, size_t size);

/* The event channel; see abi/event.h. */
enum status event_channel_init(struct core *core);
void event_channel_write(const char *text);
