/* SPDX-License-Identifier: MIT */
#include "cmos.h"

#include <string.h>

enum { UPDATING = 0x80 };                /* in A */
enum { BINARY = 0x04, FULL_DAY = 0x02 }; /* in B: not decimal digits; hours up to 23 */
enum { AFTERNOON = 0x80 };               /* in hours up to 12 */
enum { TRIES_MAX = 100000 };

static const uint8_t of_date[] = {CMOS_SECONDS, CMOS_MINUTES, CMOS_HOURS,   CMOS_DAY,
                                  CMOS_MONTH,   CMOS_YEAR,    CMOS_CENTURY, CMOS_B};

static unsigned number(uint8_t value, uint8_t b)
{
	return b & BINARY ? value : (value >> 4) * 10u + (value & 15u);
}

static unsigned hours(uint8_t value, uint8_t b)
{
	const unsigned shown = number(value & (uint8_t)~AFTERNOON, b);

	if (b & FULL_DAY)
		return number(value, b);
	return shown % 12 + (value & AFTERNOON ? 12 : 0);
}

struct date cmos_decode(const uint8_t registers[CMOS_REGISTERS])
{
	const uint8_t b = registers[CMOS_B];

	return (struct date){
		.year = number(registers[CMOS_CENTURY], b) * 100 + number(registers[CMOS_YEAR], b),
		.month = number(registers[CMOS_MONTH], b),
		.day = number(registers[CMOS_DAY], b),
		.hours = hours(registers[CMOS_HOURS], b),
		.minutes = number(registers[CMOS_MINUTES], b),
		.seconds = number(registers[CMOS_SECONDS], b),
	};
}

static enum status read_register(const struct ports *ports, uint8_t index, uint8_t *out_value)
{
	uint32_t value = 0;
	enum status status = ports_write(ports, CMOS_PORT, 1, index);

	if (status == OK)
		status = ports_read(ports, CMOS_PORT + 1, 1, &value);
	*out_value = (uint8_t)value;
	return status;
}

static enum status wait_for_update(const struct ports *ports)
{
	for (unsigned i = 0; i < TRIES_MAX; i++) {
		uint8_t a;
		const enum status status = read_register(ports, CMOS_A, &a);

		if (status != OK || !(a & UPDATING))
			return status;
	}
	return ERR_NOT_NOW;
}

static enum status read_all(const struct ports *ports, uint8_t registers[CMOS_REGISTERS])
{
	enum status status = wait_for_update(ports);

	memset(registers, 0, CMOS_REGISTERS);
	for (unsigned i = 0; i < sizeof(of_date) && status == OK; i++)
		status = read_register(ports, of_date[i], &registers[of_date[i]]);
	return status;
}

/* An update may begin in between: what was read twice alike is right. */
enum status cmos_read(const struct ports *ports, struct date *out_date)
{
	uint8_t registers[CMOS_REGISTERS], again[CMOS_REGISTERS];
	enum status status = read_all(ports, registers);

	for (unsigned i = 0; i < TRIES_MAX && status == OK; i++) {
		status = read_all(ports, again);
		if (memcmp(registers, again, sizeof(again)) == 0)
			break;
		memcpy(registers, again, sizeof(again));
	}
	*out_date = cmos_decode(registers);
	return status == OK && !date_valid(out_date) ? ERR_NOT_NOW : status;
}
