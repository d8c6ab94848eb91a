/* SPDX-License-Identifier: MIT */
#include "catalogue.h"

#include <event_session/methods.h>
#include <file_system_session/methods.h>
#include <io_mem_session/methods.h>
#include <io_port_session/methods.h>
#include <irq_session/methods.h>
#include <kernel/methods.h>
#include <log_session/methods.h>
#include <parent/methods.h>
#include <pd_session/methods.h>
#include <report_session/methods.h>
#include <rm_session/methods.h>
#include <rom_session/methods.h>
#include <root/methods.h>
#include <timer_session/methods.h>

static const struct {
	const struct capnp_interface *interfaces;
	unsigned count;
} schemas[] = {
	{kernel_interfaces, KERNEL_INTERFACE_COUNT}, /* first, see catalogue_kernel */
	{parent_interfaces, PARENT_INTERFACE_COUNT},
	{root_interfaces, ROOT_INTERFACE_COUNT},
	{pd_session_interfaces, PD_SESSION_INTERFACE_COUNT},
	{rm_session_interfaces, RM_SESSION_INTERFACE_COUNT},
	{rom_session_interfaces, ROM_SESSION_INTERFACE_COUNT},
	{io_mem_session_interfaces, IO_MEM_SESSION_INTERFACE_COUNT},
	{io_port_session_interfaces, IO_PORT_SESSION_INTERFACE_COUNT},
	{irq_session_interfaces, IRQ_SESSION_INTERFACE_COUNT},
	{log_session_interfaces, LOG_SESSION_INTERFACE_COUNT},
	{event_session_interfaces, EVENT_SESSION_INTERFACE_COUNT},
	{timer_session_interfaces, TIMER_SESSION_INTERFACE_COUNT},
	{report_session_interfaces, REPORT_SESSION_INTERFACE_COUNT},
	{file_system_session_interfaces, FILE_SYSTEM_SESSION_INTERFACE_COUNT},
};

enum { SCHEMAS = sizeof(schemas) / sizeof(schemas[0]), INTERFACES_MAX = 64 };

static struct catalogue_item items[CATALOGUE_MAX];
static unsigned item_count;
static struct {
	const struct capnp_interface *interface;
	unsigned first; /* of its methods */
} interfaces[INTERFACES_MAX];
static unsigned interface_count;

static void add(const struct capnp_interface *interface)
{
	interfaces[interface_count].interface = interface;
	interfaces[interface_count++].first = item_count;
	for (unsigned i = 0; i < interface->method_count && item_count < CATALOGUE_MAX; i++)
		items[item_count++] = (struct catalogue_item){.interface = interface,
		                                              .method = &interface->methods[i],
		                                              .number = (uint16_t)i};
}

void catalogue_init(void)
{
	for (unsigned i = 0; i < SCHEMAS; i++) {
		for (unsigned k = 0; k < schemas[i].count && interface_count < INTERFACES_MAX; k++)
			add(&schemas[i].interfaces[k]);
	}
}

unsigned catalogue_size(void)
{
	return item_count;
}

const struct catalogue_item *catalogue_at(unsigned index)
{
	return &items[index];
}

static unsigned interface_find(uint32_t hash)
{
	unsigned i = 0;

	while (i < interface_count && interfaces[i].interface->hash != hash)
		i++;
	return i;
}

unsigned catalogue_find(uint32_t interface, uint16_t number)
{
	const unsigned i = interface_find(interface);

	if (i == interface_count || number >= interfaces[i].interface->method_count)
		return CATALOGUE_NONE;
	return interfaces[i].first + number;
}

unsigned catalogue_some_method(struct random *random, uint32_t interface)
{
	const unsigned i = interface_find(interface);

	if (i == interface_count || interfaces[i].interface->method_count == 0)
		return CATALOGUE_NONE;
	return interfaces[i].first + random_below(random, interfaces[i].interface->method_count);
}

uint32_t catalogue_some(struct random *random)
{
	return interfaces[random_below(random, interface_count)].interface->hash;
}

uint32_t catalogue_some_kernel(struct random *random)
{
	return interfaces[random_below(random, KERNEL_INTERFACE_COUNT)].interface->hash;
}

bool catalogue_kernel(uint32_t hash)
{
	return interface_find(hash) < KERNEL_INTERFACE_COUNT;
}

uint32_t catalogue_wider(uint32_t hash)
{
	const unsigned i = interface_find(hash);

	return i == interface_count ? 0 : interfaces[i].interface->extends;
}

bool catalogue_offers(uint32_t offered, uint32_t wanted)
{
	while (offered != wanted && offered != 0)
		offered = catalogue_wider(offered);
	return offered == wanted;
}
