/* SPDX-License-Identifier: MIT */
/*
 * Second hand: a driver of the real-time clock of a PC (Motorola MC146818A data sheet) that tells the time of day
 * each second, when the device interrupts it.
 *
 * The interrupt comes at the end of an update, so that the time can be read at leisure. The device
 * raises no other before register C has been read, nor the line before it is acknowledged.
 */
#include <base/log.h>
#include <base/rom.h>
#include <base/status_name.h>
#include <device/interrupt.h>
#include <device/ports.h>
#include <second_hand_config/types.h>

enum { PORTS = 0x70, INDEX = 0x70, DATA = 0x71, LINE = 8 };
enum { SECONDS = 0x00, MINUTES = 0x02, HOURS = 0x04, REGISTER_B = 0x0b, REGISTER_C = 0x0c };
enum { UPDATE_ENDED = 0x10 }; /* in B: raise the line; its digits are decimal, hours up to 23 */

struct second_hand {
	struct env *env;
	struct config config;
	struct entrypoint entrypoint;
	struct signal_handler handler;
	struct ports ports;
	struct interrupt interrupt;
	uint32_t told;
	enum status status; /* what has gone wrong with the device's sessions */
};

static void write(struct second_hand *driver, uint8_t index, uint8_t value)
{
	if (driver->status == OK)
		driver->status = ports_write(&driver->ports, INDEX, 1, index);
	if (driver->status == OK)
		driver->status = ports_write(&driver->ports, DATA, 1, value);
}

static uint8_t read(struct second_hand *driver, uint8_t index)
{
	uint32_t value = 0;

	if (driver->status == OK)
		driver->status = ports_write(&driver->ports, INDEX, 1, index);
	if (driver->status == OK)
		driver->status = ports_read(&driver->ports, DATA, 1, &value);
	return (uint8_t)value;
}

static void tell(struct second_hand *driver)
{
	const uint8_t hours = read(driver, HOURS), minutes = read(driver, MINUTES);

	/* Two decimal digits in four bits each: they read right in hexadecimal. */
	log_line(driver->env, "%x%x:%x%x:%x%x", hours >> 4, hours & 15u, minutes >> 4,
	         minutes & 15u, read(driver, SECONDS) >> 4, read(driver, SECONDS) & 15u);
}

static void raised(struct signal_handler *handler)
{
	struct second_hand *driver =
		(struct second_hand *)((char *)handler - offsetof(struct second_hand, handler));

	if (read(driver, REGISTER_C) & UPDATE_ENDED) {
		tell(driver);
		driver->told++;
	}
	if (driver->status == OK)
		driver->status = interrupt_acknowledge(&driver->interrupt);
	if (driver->status != OK || driver->told == driver->config.seconds)
		entrypoint_stop(&driver->entrypoint);
}

static enum status begin(struct second_hand *driver)
{
	struct rom rom;
	enum status status = rom_open(driver->env, "config", &rom);

	if (status == OK)
		status = config_decode(rom.at, (uint32_t)rom.size, &driver->config);
	if (status == OK)
		status = ports_open(driver->env, PORTS, 2, &driver->ports);
	if (status == OK)
		status = interrupt_open(driver->env, LINE, &driver->interrupt);
	if (status == OK)
		status = entrypoint_init(&driver->entrypoint, driver->env, 0);
	if (status == OK)
		status = entrypoint_add_signal(&driver->entrypoint, &driver->handler);
	if (status == OK)
		status = interrupt_bind(&driver->interrupt, &driver->handler);
	return status;
}

int component_main(struct env *env)
{
	static struct second_hand driver = {.handler = {.run = raised}};

	driver.env = env;

	const enum status status = begin(&driver);

	if (status != OK) {
		log_line(env, "can't begin: %s", status_name(status));
		return 1;
	}
	write(&driver, REGISTER_B, read(&driver, REGISTER_B) | UPDATE_ENDED);
	(void)read(&driver, REGISTER_C); /* what was raised before is taken back */
	if (driver.status == OK)
		driver.status = interrupt_acknowledge(&driver.interrupt);
	if (driver.status == OK)
		entrypoint_run(&driver.entrypoint);
	write(&driver, REGISTER_B, read(&driver, REGISTER_B) & (uint8_t)~UPDATE_ENDED);
	return driver.status == OK ? 0 : 1;
}
